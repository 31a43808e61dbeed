"""What changes of the kernels no other test noticed: pieces of large arrays, arrays to write into, ends of ranges."""

import math
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from zonecarbon._typing import ArrayLike, FloatArray
from zonecarbon.kernels import draws, target, trend
from zonecarbon.kernels.blocks import BLOCK, highest, in_blocks, lowest, result_for
from zonecarbon.kernels.decoupling import (
    EFFORTS,
    STATES,
    THRESHOLDS,
    UNDEFINED,
    UNKNOWN,
    effort_index,
    effort_state,
    elasticity_parts,
    tapio,
)
from zonecarbon.kernels.emission import Tables, sum_flows, sum_tables
from zonecarbon.kernels.intensity import deflate, growth_chain, link, ratio, reduction_rate, required_rate
from zonecarbon.kernels.lmdi import effects, log_mean
from zonecarbon.kernels.measure import Act, act
from zonecarbon.kernels.peak import INSUFFICIENT, PEAKED, PLATEAU, RISING, STATUSES, absent_year, judge
from zonecarbon.kernels.tally import Tally, merged, tally
from zonecarbon.kernels.trajectory import first_maximum

NAN = math.nan
CHAIN = ((1, 0, 0), (-1, 1, 0), (0, -1, 1))  # V = A * E/A * V/E


class TestBlocks:
    """Every value is computed once, from its own place, in pieces that stay in the cache."""

    @pytest.mark.parametrize("rows", [BLOCK // 4, BLOCK // 4 + 1, BLOCK, 2 * BLOCK, 2 * BLOCK + 5])
    @pytest.mark.parametrize("columns", [1, 4, 2 * BLOCK])
    def test_every_value_once_and_in_small_pieces(self, rows: int, columns: int) -> None:
        if columns > BLOCK:
            rows = 3  # a row that is larger than a piece is a piece
        out = np.zeros((rows, columns))
        values = np.arange(float(out.size)).reshape(out.shape)
        pieces: list[int] = []

        def twice_and_more(out: FloatArray, values: FloatArray, more: FloatArray) -> None:
            pieces.append(out.size)
            assert more.shape == ()
            out += 2.0 * values + more

        in_blocks(twice_and_more, out, values, np.array(1.0))
        np.testing.assert_array_equal(out, 2.0 * values + 1.0)
        assert sum(pieces) == out.size
        assert max(pieces) <= max(BLOCK, columns)
        assert len(pieces) <= -(-out.size // BLOCK) + 1 or columns > BLOCK
        if out.size <= BLOCK:
            assert len(pieces) == 1

    def test_what_does_not_line_up_is_computed_at_once(self) -> None:
        out, row = np.zeros((2 * BLOCK, 2)), np.array([[1.0, 2.0]])
        calls: list[tuple[int, ...]] = []

        def copy(out: FloatArray, values: FloatArray) -> None:
            calls.append(values.shape)
            out[:] = values

        in_blocks(copy, out, row)
        assert calls == [(1, 2)]
        assert (out == row).all()

    def test_the_result_has_the_order_in_memory_of_what_it_is_like(self) -> None:
        values = np.zeros((3, 4), order="F")
        assert result_for(None, np.array(1.0), values).flags.f_contiguous
        assert result_for(None, values, np.zeros((2, 3, 4))).shape == (2, 3, 4)
        assert result_for(None, np.zeros((3, 1)), np.zeros((1, 4))).shape == (3, 4)
        assert result_for(None, np.array(1.0), np.array(2.0)).shape == ()

    @pytest.mark.parametrize("out", [np.zeros(4), np.zeros((3, 1)), np.zeros(3, np.float32), np.zeros(3, np.int64)])
    def test_an_array_to_write_into_must_fit(self, out: FloatArray) -> None:
        with pytest.raises(ValueError, match=r"out must be float64 of shape \(3,\)"):
            result_for(out, np.zeros(3))

    def test_an_array_to_write_into_is_the_result(self) -> None:
        out = np.zeros(3)
        assert result_for(out, np.zeros(3), np.array(1.0)) is out

    def test_ends_of_what_is_known(self) -> None:
        values = np.array([[NAN, 3.0], [-1.0, NAN]])
        assert (lowest(values), highest(values)) == (-1.0, 3.0)
        for none in (np.array([NAN]), np.empty((0, 2))):
            assert (lowest(none), highest(none)) == (math.inf, -math.inf)


class TestDecoupling:
    """Codes, borders, and what counts as no change."""

    def test_codes_stand_at_the_words(self) -> None:
        assert (STATES[UNKNOWN], STATES[UNDEFINED]) == ("unknown", "undefined")
        assert THRESHOLDS == (0.0, 0.8, 1.2)  # Tapio (2005)

    def test_a_change_of_a_millionth_of_a_millionth_is_none(self) -> None:
        """From 10^12 to one less is exactly 10^-12: no change; to two less is one."""
        found = tapio(1e12, [1e12 - 1.0, 1e12 - 2.0], 100.0, 110.0)
        assert found.elasticity[0] == 0.0
        assert found.elasticity[1] < 0.0
        assert np.isnan(tapio(100.0, 110.0, 1e12, 1e12 - 1.0).elasticity)

    def test_a_border_that_rounding_misses_is_reached_wherever_it_lies(self) -> None:
        """The elasticity is 1 by the figures, and just below it by rounding."""
        start = np.arange(1.0, 400.0)
        co2, value = start * 1.1, start * 1.7 * 1.1
        found = tapio(start, co2, start * 1.7, value, (1.0, 2.0, 3.0))
        assert (found.elasticity < 1.0).any()
        assert len(set(found.state.tolist())) == 1
        assert STATES[found.state[0]] == "weak decoupling"

    @pytest.mark.parametrize(
        ("index", "word"),
        [
            (1e-12, "none"), (math.nextafter(1e-12, 1.0), "relative"), (1.0 - 1e-12, "strong"),
            (1.0 - 2e-12, "relative"), (math.inf, "strong"), (-math.inf, "none"), (NAN, "undefined"),
        ],
    )  # fmt: skip
    def test_the_borders_of_an_effort(self, index: float, word: str) -> None:
        assert EFFORTS[int(effort_state(index))] == word

    def test_borders_are_reached_whatever_their_size(self) -> None:
        """A border of 100, met to half of 10^-12 of itself, and missed by three."""
        ends = [1.0 + 100.0 * 0.01 * (1.0 + by) for by in (5e-13, 3e-12, -5e-13, -3e-12)]
        above = tapio(1.0, ends, 1.0, 1.01, (0.0, 1.0, 100.0)).state.tolist()
        below = tapio(1.0, ends, 1.0, 1.01, (0.0, 100.0, 200.0)).state.tolist()
        assert [STATES[code] for code in above[:2]] == ["expansive coupling", "expansive negative decoupling"]
        assert [STATES[code] for code in below[2:]] == ["expansive coupling", "weak decoupling"]

    def test_a_border_of_zero_inside_belongs_to_coupling(self) -> None:
        assert STATES[tapio(100.0, 100.0, 100.0, 110.0, (-1.0, 0.0, 1.0)).state] == "expansive coupling"

    def test_an_infinite_elasticity_lies_beyond_all_borders(self) -> None:
        """From next to nothing to more than the floats can divide."""
        found = tapio(1e-300, 1e300, 100.0, [110.0, 90.0])
        assert found.elasticity.tolist() == [math.inf, -math.inf]
        assert [STATES[code] for code in found.state] == ["expansive negative decoupling", "strong negative decoupling"]

    @pytest.mark.parametrize("thresholds", [(0.8, 0.8, 1.2), (0.0, 1.2, 0.8), (0.0, 0.8, math.inf), (0.0, 0.8)])
    def test_thresholds_must_rise(self, thresholds: tuple[float, float, float]) -> None:
        with pytest.raises(ValueError, match="rising"):
            tapio(1.0, 1.0, 1.0, 2.0, thresholds)

    def test_parts_of_what_is_not_known(self) -> None:
        found = elasticity_parts([[9.0]] * 4, [100.0, math.inf, 0.0, NAN], 50.0, 55.0)
        np.testing.assert_allclose(found, [[0.9], [NAN], [NAN], [NAN]], rtol=1e-12)


class TestDraws:
    """Counts in bins, whatever comes after the draws that fixed them."""

    @staticmethod
    def _histogram(first: FloatArray) -> draws.Histogram:
        made = draws.Histogram(draws.bins_of(first))
        made.add(first)
        return made

    def test_memory_is_as_told(self) -> None:
        made = self._histogram(np.random.default_rng(1).normal(size=(3, 50)))
        assert made.counts.nbytes == 3 * draws.BYTES_PER_ROW

    def test_one_draw_is_every_quantile(self) -> None:
        made = self._histogram(np.array([[3.0], [-2.0], [0.0]]))
        np.testing.assert_allclose(made.quantiles(np.array([0.0, 0.3, 0.5, 1.0])), [[3.0] * 4, [-2.0] * 4, [0.0] * 4])

    @pytest.mark.parametrize("scale", [1.0, 1e-3])
    def test_what_lies_beyond_the_bins_bounds_them(self, scale: float) -> None:
        """Ten values far outside on each side: quantiles there lie between the last bin and the extreme."""
        inside = np.random.default_rng(2).normal(size=(1, 980)) * scale
        made = self._histogram(inside)
        far = np.concatenate([np.full(10, -1e9), np.full(10, 1e9)])[np.newaxis] * scale
        made.add(far)
        assert made.counts.sum() == 1000
        levels = np.array([0.0, 0.5, 1.0])
        low, middle, high = made.quantiles(levels)[0] / scale
        assert (low, high) == (-1e9, 1e9)
        assert middle == pytest.approx(np.median(inside / scale), abs=16.0 / 2048)
        outer = made.quantiles(np.array([0.005, 0.995]))[0] / scale
        assert -1e9 <= outer[0] < -7.0
        assert 7.0 < outer[1] <= 1e9

    @pytest.mark.parametrize("far", [-1e9, 1e9])
    def test_what_lies_beyond_on_one_side_alone(self, far: float) -> None:
        """With narrow bins and with wide ones."""
        for scale in (1e-6, 1.0, 1e5):
            made = self._histogram(np.linspace(-1.0, 1.0, 100)[np.newaxis] * scale)
            made.add(np.array([[far * scale, 0.0]]))
            assert made.counts.sum() == 102
            assert made.counts[0, 0 if far < 0 else -1] == 1
            assert made.quantiles(np.array([0.0 if far < 0 else 1.0]))[0, 0] == far * scale

    def test_close_to_the_exact_quantile_at_every_level(self) -> None:
        values = np.random.default_rng(3).lognormal(size=(2, 4000))
        made = self._histogram(values)
        levels, bin_width = np.linspace(0.0, 1.0, 201), 1.01 * 16.0 / 2048  # of the logarithm's standard deviation
        found, ordered = np.log(made.quantiles(levels)), np.sort(values)
        below, above = (draws.sorted_quantiles(ordered, (levels + by).clip(0, 1)) for by in (-1 / 4000, 1 / 4000))
        assert (found >= np.log(below) - bin_width).all()
        assert (found <= np.log(above) + bin_width).all()

    def test_an_unknown_draw_spoils_its_row_alone(self) -> None:
        made = self._histogram(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        made.add(np.array([[NAN, 1.0, 1.0], [4.0, 4.0, 5.0]]))
        found = made.quantiles(np.array([0.5]))[:, 0]
        assert np.isnan(found[0])
        assert 4.0 <= found[1] <= 5.0  # 4, 4, 4, 5, 5, 6

    def test_the_bins_are_those_that_the_module_tells(self) -> None:
        """2,048 between the mean less and plus eight standard deviations, of the logarithm where all are positive."""
        first = np.random.default_rng(5).normal(size=(2, 500))
        first[1] = np.exp(first[1])
        found = draws.bins_of(first)
        shown = np.array([first[0], np.log(first[1])])
        np.testing.assert_allclose(found.low, shown.mean(axis=1) - 8.0 * shown.std(axis=1), rtol=1e-12)
        np.testing.assert_allclose(found.high, shown.mean(axis=1) + 8.0 * shown.std(axis=1), rtol=1e-12)
        assert found.log.dtype == np.bool_
        assert found.log.tolist() == [False, True]
        assert draws.Histogram(found).counts.shape == (2, 2048 + 2)

    def test_every_edge_is_a_quantile(self) -> None:
        """One draw in the middle of each bin of width 1: the share of j bins ends at j."""
        made = draws.Histogram(draws.Bins(np.array([False]), np.array([0.0]), np.array([2048.0])))
        made.add(np.arange(2048.0)[np.newaxis] + 0.5)
        found = made.quantiles(np.arange(2049) / 2048)[0]
        np.testing.assert_array_equal(found, np.arange(2049.0).clip(0.5, 2047.5))

    @pytest.mark.parametrize("far", [0.0, 0.5 / 128, 1.0 / 128, 1.5 / 128, 2.0 / 128, 0.1, 1.0, 7.5, 8.0, 9.0, 1e3])
    @pytest.mark.parametrize("middle", [0.0, 16.0, -16.0])
    @pytest.mark.parametrize("log", [False, True])
    def test_what_lies_just_beyond_is_counted_outside(self, far: float, middle: float, log: bool) -> None:
        """Bins from 8 below to 8 above the middle."""
        for side in (-1.0, 1.0):
            bins = draws.Bins(np.array([log]), np.array([middle - 8.0]), np.array([middle + 8.0]))
            made, value = draws.Histogram(bins), middle + side * (8.0 + far)
            if log and value > 700.0:
                continue
            made.add(np.array([[math.exp(value) if log else value]]))
            assert made.counts.sum() == 1
            if far:
                assert made.counts[0, 0 if side < 0 else -1] == 1

    def test_what_has_no_place_among_the_bins(self) -> None:
        """Zero among logarithms, and what is infinite, count at the ends."""
        made = self._histogram(np.array([[1.0, 2.0, 4.0], [-1.0, 0.0, 1.0]]))
        total = made.add(np.array([[0.0, 0.0, 3.0], [math.inf, math.inf, 0.0]]))
        made.add(np.array([[3.0], [-math.inf]]))
        assert total.tolist() == [3.0, math.inf]
        assert made.counts[:, 0].tolist() == [2, 1]
        assert made.counts[:, -1].tolist() == [0, 2]
        assert made.counts.sum(axis=1).tolist() == [7, 7]

    def test_a_row_that_did_not_move_at_first(self) -> None:
        """Its bins are as wide as 10^-12 of its size, on each side."""
        size, ranks = 2.0**20, np.arange(101.0)[np.newaxis] / 100.0
        made = self._histogram(np.full((1, 3), -size))
        made.add(-size + 2.0**-21 * ranks**2)
        assert made.quantiles(np.array([0.5]))[0, 0] + size == pytest.approx(2.0**-23, rel=0.1)

    def test_no_draws_have_no_quantiles(self) -> None:
        made = draws.Histogram(draws.bins_of(np.array([[1.0, 2.0]])))
        assert np.isnan(made.quantiles(np.array([0.0, 0.5, 1.0]))).all()

    def test_slopes_and_variances_keep_their_axes(self) -> None:
        ordered = np.sort(np.random.default_rng(6).normal(size=(2, 3, 100)))
        levels = np.array([0.0, 0.1, 0.5, 1.0])
        found = draws.density_slope(ordered, levels)
        assert found.shape == (2, 3, 4)
        assert np.isnan(found[..., [0, 3]]).all()
        np.testing.assert_array_equal(found[1, 2], draws.density_slope(ordered[1, 2], levels))
        counts = np.ones(3, dtype=np.int64)
        alone = draws.variance_of_sums(counts, counts, counts, draws.Sizes(1, 4, 16))
        assert (alone.shape, bool(np.isnan(alone).all())) == ((3,), True)


class TestIntensity:
    """Chains of prices on both sides of the year that is kept."""

    @pytest.mark.parametrize("anchor", [0, 1, 2, 3, -1])
    def test_zones_are_linked_each_on_its_own(self, anchor: int) -> None:
        levels = np.array([[90.0, 100.0, 129.6, 140.0], [50.0, 60.0, 66.0, 80.0], [1.0, 2.0, 3.0, 4.0]])
        bases = np.array([[2015.0, 2015, 2020, 2020], [2010, 2015, 2015, 2020], [2015, 2015, 2015, 2015]])
        changes = np.array([[0.0, 0.0, 0.08, 0.0], [0.0, 0.2, 0.0, 0.1], [0.0, 0.0, 0.0, 0.0]])
        together = link(levels, bases, changes, anchor)
        for row in range(3):
            np.testing.assert_allclose(together[row], link(levels[row], bases[row], changes[row], anchor), rtol=1e-15)
        np.testing.assert_array_equal(together[:, anchor], levels[:, anchor])
        np.testing.assert_array_equal(together[2], levels[2])
        np.testing.assert_allclose(together[1, 1:] / together[1, :-1], [1.2, 1.1, 1.1], rtol=1e-14)

    def test_one_year_and_many(self) -> None:
        """A rate over one year is the change itself; the one figure and the array agree at the ends of the range."""
        for first, last, span in ((100.0, 96.0, 1.0), (100.0, 0.0, 1.0), (1e-300, 1e-301, 2.0), (1.0, 2.0, 0.5)):
            alone, many = reduction_rate(first, last, span), reduction_rate([first] * 3, [last] * 3, [span] * 3)
            assert alone == pytest.approx(1.0 - (last / first) ** (1.0 / span), rel=1e-12)
            np.testing.assert_array_equal(many, [alone] * 3)

    @pytest.mark.parametrize("shape", [(), (1,), (3,)])
    def test_an_array_to_write_into_is_the_result(self, shape: tuple[int, ...]) -> None:
        out, first, last = np.zeros(shape), np.full(shape, 100.0), np.full(shape, 96.0)
        assert ratio(last, first, out) is out
        np.testing.assert_array_equal(out, np.full(shape, 0.96))
        assert reduction_rate(first, last, np.full(shape, 1.0), out) is out
        np.testing.assert_allclose(out, np.full(shape, 0.04), rtol=1e-14)

    def test_arguments_broadcast(self) -> None:
        many = np.array([1.0, 2.0, 4.0])
        for top, bottom in ((many, [2.0]), ([2.0], many), (many, 2.0), (2.0, many), ([2.0], 2.0), (2.0, [2.0])):
            np.testing.assert_array_equal(ratio(top, bottom), np.asarray(top) / np.asarray(bottom))
        for first, last, span in ((100.0 * many, 50.0, 5.0), (100.0, many, 5.0), (100.0, 50.0, many)):
            expected = 1.0 - (np.asarray(last) / np.asarray(first)) ** (1.0 / np.asarray(span))
            np.testing.assert_allclose(reduction_rate(first, last, span), expected, rtol=1e-12)

    @pytest.mark.parametrize("beside", [[], [1.0]])
    def test_what_is_infinite_has_no_level(self, beside: list[float]) -> None:
        """Alone, and beside a zone that has one."""
        assert np.isnan(ratio([*beside, 1.0], [*beside, math.inf])[-1])
        for first, last in ((math.inf, 1.0), (1.0, math.inf), (0.0, 1.0), (0.0, 0.0), (math.inf, math.inf)):
            assert np.isnan(reduction_rate([*beside, first], [*beside, last], 5.0)[-1])

    def test_growth_beyond_the_floats_is_infinite(self) -> None:
        assert growth_chain([1e200, 1e200, 0.0])[1:].tolist() == [math.inf, math.inf]

    def test_a_year_without_a_base_beside_years_with_one(self) -> None:
        """At the start, it does not touch the others; between two bases, none is bridged."""
        np.testing.assert_allclose(
            link([90.0, 100.0, 129.6], [NAN, 2015, 2020], [0.0, 0.0, 0.08]), [NAN, 120.0, 129.6], rtol=1e-14
        )
        np.testing.assert_array_equal(link([90.0, 100.0, 129.6], [2010, NAN, 2020], [0.0] * 3), [NAN, NAN, 129.6])


class TestEmission:
    """Sums and their ratios to value added."""

    def test_ratios_to_value_added(self) -> None:
        quantity = np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[1.0, 1.0], [1.0, 1.0]]])
        tables = np.array([[[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [-1.0, 0.0]]])
        money = np.array([[2.0, 4.0], [0.0, -1.0], [NAN, 0.5]])
        found = sum_tables(quantity, tables, per=money)
        np.testing.assert_array_equal(found[0], [[4.0, 6.0], [12.0, 14.0], [2.0, 2.0]])
        np.testing.assert_array_equal(found[1], [[-2.0, 2.0], [-2.0, 6.0], [0.0, 1.0]])
        np.testing.assert_array_equal(found[2], [[2.0, 1.5], [NAN, NAN], [NAN, 4.0]])
        np.testing.assert_array_equal(found[3], [[NAN, 0.5], [NAN, NAN], [NAN, 2.0]])
        out = np.empty((4, 3, 2))
        assert sum_tables(quantity, tables, per=money, out=out) is out
        np.testing.assert_array_equal(out, found)

    @pytest.mark.parametrize("n_years", [1, 2, 3])
    def test_one_year_is_the_first_of_two(self, n_years: int) -> None:
        rng = np.random.default_rng(4)
        quantity, tables = rng.uniform(size=(5, 3, n_years)), rng.uniform(size=(2, 3, n_years))
        np.testing.assert_allclose(
            sum_tables(quantity, tables), np.einsum("zfy,tfy->tzy", quantity, tables), rtol=1e-14
        )

    def test_what_does_not_fit_is_told_with_its_shape(self) -> None:
        quantity = np.ones((4, 3, 2))
        for coefficient, index, told in (
            (np.ones((5, 2)), None, r"coefficient must be \(flow, year\) like quantity \(4, 3, 2\); got \(5, 2\)"),
            (
                np.ones((7, 5, 2)),
                [0] * 4,
                r"coefficient must be \(group, flow, year\) with an index like quantity \(4, 3, 2\); got \(7, 5, 2\)",
            ),
        ):
            with pytest.raises(ValueError, match=told):
                sum_flows(quantity, coefficient, index)

    def test_tables_that_are_ready_are_for_one_shape(self) -> None:
        tables = Tables(np.ones((1, 3, 2)), False, (0, 3, 2))
        assert sum_tables(np.ones((4, 3, 2)), tables).shape == (1, 4, 2)
        for quantity, index in (
            (np.ones((4, 5, 2)), None),
            (np.ones((4, 3, 2)), [0] * 4),
            (np.ones((4, 1, 3, 2)), None),
        ):
            with pytest.raises(
                ValueError, match=r"quantity must be \(zone, \(3, 2\)\), with an index if there are groups"
            ):
                sum_tables(quantity, tables, index)

    @pytest.mark.parametrize("zones", [1, 2, 5])
    @pytest.mark.parametrize("inner", [(1, 1), (1, 3), (2, 3), (3, 2), (2, 1, 1), (1, 2, 3), (3, 2, 3), (2, 3, 2)])
    @pytest.mark.parametrize("holes", [False, True])
    def test_sums_and_ratios_of_any_shape(self, zones: int, inner: tuple[int, ...], holes: bool) -> None:
        rng = np.random.default_rng(7)
        quantity, table = rng.uniform(1.0, 2.0, (zones, *inner)), rng.uniform(1.0, 2.0, (2, *inner[-2:]))
        money = rng.uniform(1.0, 2.0, (zones, inner[-1]))
        if holes:
            table[0, 0, 0], quantity[0, ..., 0, 0] = NAN, 0.0
        found = sum_tables(quantity, table, per=money)
        expected = np.einsum("zsfy,tfy->tzy", quantity.reshape(zones, -1, *inner[-2:]), np.nan_to_num(table))
        if holes:
            expected[0, 1:, 0] = NAN
        np.testing.assert_allclose(found, [*expected, *(expected / money)], rtol=1e-14)

    @pytest.mark.parametrize(
        ("sectors", "flows", "years", "changing", "whole"),
        [
            # more than a third of the flows, and more than one of few
            (1, 6, 3, 0, False), (1, 6, 3, 2, False), (1, 6, 3, 3, True),
            (1, 3, 2, 1, False), (1, 3, 2, 2, True), (1, 1, 2, 1, False),
            # a product of more than 200,000: 2 x sectors x flows x years
            (100, 100, 8, 0, False), (100, 100, 10, 0, False), (100, 100, 11, 0, True), (1, 9091, 11, 0, True),
        ],
    )  # fmt: skip
    def test_what_is_summed_whole(self, sectors: int, flows: int, years: int, changing: int, whole: bool) -> None:
        """Else a flow that changes stands alone, with its coefficients, and the others are one matrix of all years."""
        table = np.repeat(np.arange(1.0, flows + 1.0)[:, np.newaxis], years, axis=1)
        table[:changing, -1] = 0.5
        ready = Tables(table[np.newaxis], False, (1, sectors, flows, years))
        assert (list(ready.whole), ready.split) == (([0], []) if whole else ([], [0]))
        if not whole:
            steady = [0.0] * changing + [float(flow) for flow in range(changing + 1, flows + 1)]
            assert ready.steady[0, 0, 0].tolist() == steady * sectors
            assert [(flow, own.tolist()) for _, flow, own in ready.moving] == [
                (flow, [[float(flow + 1)] * (years - 1) + [0.5]]) for flow in range(changing)
            ]

    def test_a_ratio_to_nothing_and_of_nothing(self) -> None:
        """Value added of 0 beside some; a sum that comes to exactly 0 where there are negative coefficients."""
        quantity, tables = np.ones((3, 2, 1)), np.array([[[1.0], [-1.0]], [[1.0], [1.0]], [[-1.0], [0.0]]])
        found = sum_tables(quantity, tables, per=np.array([[0.0], [0.5], [4.0]]))
        np.testing.assert_array_equal(found[3:, :, 0], [[NAN, 0.0, 0.0], [NAN, 4.0, 0.5], [NAN] * 3])


class TestMeasure:
    """A measure takes what is there."""

    def test_of_what_is_not_known_nothing_is_taken_at_share_zero(self) -> None:
        step = Act(np.array([0]), True, [(1, np.full((1, 1, 1, 1), 2.0))])
        quantity = np.array([[NAN, 4.0], [1.0, 1.0]]).reshape(1, 1, 2, 2)
        share = np.array([0.0, 0.25]).reshape(1, 1, 1, 2)
        after, (amount,) = act(quantity, [step], [share])
        np.testing.assert_array_equal(after[0, 0], [[NAN, 3.0], [1.0, 3.0]])
        np.testing.assert_array_equal(amount.ravel(), [0.0, 1.0])
        np.testing.assert_array_equal(quantity[0, 0, 0], [NAN, 4.0])

    def test_one_that_takes_nothing_away_only_adds(self) -> None:
        step = Act(np.array([0]), False, [(1, np.full((1, 1, 1, 1), 2.0))])
        after, _ = act(np.array([10.0, 1.0]).reshape(1, 1, 2, 1), [step], [np.full((1, 1, 1, 1), 0.5)])
        assert after.ravel().tolist() == [10.0, 11.0]


class TestPeak:
    """Codes, and shapes with several axes before the years."""

    def test_codes(self) -> None:
        assert [STATUSES[code] for code in (PEAKED, PLATEAU, RISING, INSUFFICIENT)] == [
            "peaked", "plateau", "rising", "insufficient",
        ]  # fmt: skip

    def test_axes_before_the_years_stay(self) -> None:
        fall = np.array([9.0, 10.0, 8.0, 7.0, 6.0, 5.0, 4.0])
        stack = np.stack([[fall, fall[::-1], fall * NAN], [fall[::-1], fall, fall]])
        found = judge(stack)
        assert found.status.shape == found.position.shape == found.p_value.shape == (2, 3)
        np.testing.assert_array_equal(found.position, [[1, 5, -1], [5, 1, 1]])
        assert np.isnan(found.p_value).tolist() == [[False, True, True], [True, False, False]]

    def test_years_that_are_no_floats_are_read_as_numbers(self) -> None:
        assert judge([1.0, 3.0, 2.0], [2000, 2001, 2003]).position == 1
        with pytest.raises(ValueError, match="years"):
            judge([1.0, 3.0, 2.0], ["2000", "2002", "2001"])

    @pytest.mark.parametrize("series", [[NAN, 1.0, 2.0], [3.0, NAN, 2.0], [3.0, 2.0, NAN]])
    def test_what_is_not_known_cannot_be_told_after_one_year_either(self, series: list[float]) -> None:
        found = judge([series, [3.0, 2.0, 1.0]], minimum_tail=1)
        assert found.status[0] == INSUFFICIENT
        assert found.position.tolist() == [-1, 0]
        assert np.isnan(found.p_value).tolist() == [True, False]

    @pytest.mark.parametrize(
        ("years", "absent"),
        [
            ([2020, 2022, 2023], 2021.0),
            ([2020, 2021, 2023], 2022.0),
            ([2010, 2015, 2025], 2020.0),
            ([2020, 2022], None),
        ],
    )
    def test_the_first_year_that_nobody_wrote(self, years: list[int], absent: float | None) -> None:
        assert absent_year(years) == absent


class TestTally:
    """Sums and counts beside a loop over zones."""

    FIGURES = (0.0, -0.0, 30.0, 29.999999, 60.0, -5.0, NAN, math.inf, 100.0, 1e-300)

    @pytest.mark.parametrize("operator", ["<=", "<", ">=", ">"])
    @pytest.mark.parametrize("n", [0, 1, 99, BLOCK, BLOCK + 1, 2 * BLOCK + 7])
    def test_as_a_loop_counts(self, operator: target.Operator, n: int) -> None:
        rng = np.random.default_rng(n)
        top = rng.choice(np.array((*self.FIGURES[:-3], 100.0)), n)
        bottom = rng.choice(np.array((*self.FIGURES[:-3], 100.0, math.inf)), n)
        if n > BLOCK:
            top[:BLOCK], bottom[:BLOCK] = 30.0, 100.0  # a piece without anything unknown
        codes = np.full(n, 9, dtype=np.int8)
        found = tally(top, bottom, operator, 0.3, codes)
        with np.errstate(all="ignore"):
            level = top / bottom
        level[~((bottom > 0) & (bottom < math.inf) & (level >= 0))] = NAN
        np.testing.assert_array_equal(codes, target.compare(level, operator, 0.3))
        known = ~(np.isnan(top) | np.isnan(bottom))
        with np.errstate(all="ignore"):
            sums = (top[known].sum(), bottom[known].sum())
        assert (found.above, found.below) == pytest.approx(sums, rel=1e-12)
        assert (found.known, found.n) == (known.sum(), n)
        assert (found.met, found.unknown) == ((codes == 1).sum(), (codes == -1).sum())
        again = tally(top, bottom, operator, 0.3)
        assert again == found

    @pytest.mark.parametrize(
        ("top", "bottom", "code"),
        [(0.0, 5.0, 1), (-1.0, 5.0, -1), (1.0, 0.0, -1), (0.0, 0.0, -1), (1.0, -5.0, -1), (1.0, math.inf, -1)],
    )  # fmt: skip
    def test_what_has_no_ratio_is_unknown_though_its_figures_are_known(
        self, top: float, bottom: float, code: int
    ) -> None:
        for before in ([], [30.0]):  # alone, and beside a zone that has one
            codes = np.zeros(1 + len(before), dtype=np.int8)
            found = tally([*before, top], [*(100.0 for _ in before), bottom], "<=", 0.3, codes)
            assert codes.tolist() == [*(1 for _ in before), code]
            assert (found.known, found.unknown) == (1 + len(before), int(code == -1))

    def test_of_no_parts(self) -> None:
        assert merged([]) == Tally(0.0, 0.0, 0, 0, 0, 0) == tally([], [], "<", 1.0)

    def test_verdicts_are_those_of_the_zones(self) -> None:
        found = tally([20.0, 40.0, NAN, 10.0], [100.0] * 4, "<", 0.3)
        share, aggregate = found.share(0.5), found.aggregate()
        assert (float(share.lower), float(share.upper), int(share.verdict)) == (0.5, 0.75, target.MET)
        assert int(found.share(0.5, ">").verdict) == target.UNKNOWN
        assert int(found.share(0.76).verdict) == target.MISSED
        assert float(aggregate.value) == pytest.approx(70.0 / 300.0)
        assert (int(aggregate.known), aggregate.n, bool(aggregate.complete)) == (3, 4, False)
        assert bool(tally([1.0], [1.0], "<", 1.0).aggregate().complete)

    def test_a_denominator_below_one_beside_one_that_is_unknown(self) -> None:
        codes = np.zeros(3, dtype=np.int8)
        assert tally([0.1, 0.4, 1.0], [0.5, 0.5, 0.0], "<", 0.3, codes) == Tally(1.5, 1.0, 3, 1, 1, 3)
        assert codes.tolist() == [1, 0, -1]

    @pytest.mark.parametrize(
        ("top", "bottom", "limit"),
        [([1.0, 2.0], [1.0], 0.3), ([1.0], [1.0], NAN), ([[1.0]], [[1.0]], 0.3), (1.0, 1.0, 0.3)],
    )
    def test_what_is_no_pair_of_columns(self, top: list[float], bottom: list[float], limit: float) -> None:
        with pytest.raises(ValueError, match="must be two columns, and the limit a number"):
            tally(top, bottom, "<", limit)


class TestAggregate:
    """Sums over more zones than a piece holds."""

    def test_pieces_add_up(self) -> None:
        n = 2 * BLOCK + 3
        top, bottom = np.ones((2, n)), np.full((2, n), 2.0)
        top[1, -1] = NAN
        found = target.aggregate(top, bottom)
        assert found.value.tolist() == [0.5, 0.5]
        assert (found.known.tolist(), found.n) == ([n, n - 1], n)
        one = target.aggregate(top[1], bottom[1])
        assert (float(one.value), int(one.known)) == (0.5, n - 1)

    @pytest.mark.parametrize("n", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1])
    def test_every_zone_counts(self, n: int) -> None:
        found = target.aggregate(np.arange(n, dtype=float), np.full(n, 0.5))
        assert found.value == pytest.approx(n - 1.0)
        assert found.known == n


class TestTrend:
    """Exact numbers for long series with many ties."""

    def test_orderings_of_groups_with_more_patterns_than_small_integers_count(self) -> None:
        series = np.array([[1.0, 1, 2, 2, 3, 3, 4, 4, 5], [5.0, 4, 4, 3, 3, 2, 2, 1, 1]])
        found = trend.mann_kendall(series, "exact")
        assert found.p_value[0] == found.p_value[1]
        assert (found.s[0], found.s[1]) == (32.0, -32.0)
        # 9! / 2!^4 orderings, of which one rises and one falls throughout
        assert found.p_value[0] == pytest.approx(2.0 / (math.factorial(9) / 16), rel=1e-12)

    @staticmethod
    def _variance(n: int, *ties: int) -> float:
        """Return the variance of S (Kendall 1975)."""
        return (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18

    @pytest.mark.parametrize("method", ["exact", "normal"])
    def test_each_of_many_series_is_itself_alone(self, method: trend.Method) -> None:
        """With ties, and with what is not known, on both sides of the ends of pieces."""
        rows = np.random.default_rng(8).integers(0, 4, (2 * 8192 + 5, 7)).astype(float)
        rows[::5] = np.random.default_rng(9).normal(size=rows[::5].shape)
        rows[[0, 300, 600, 8191, 8192, 9000, 16383, 16384, len(rows) - 1], 3] = NAN
        found = trend.mann_kendall(rows, method)
        for start in (0, 250, 290, 500, 590, 8150, 8990, 16350):
            alone = trend.mann_kendall(rows[start : start + 60], method)
            for together, own in zip(found, alone, strict=True):
                np.testing.assert_array_equal(together[start : start + 60], own)
        np.testing.assert_array_equal(np.isnan(found.p_value), np.isnan(rows).any(axis=1))

    def test_one_value_is_known_or_not(self) -> None:
        found = trend.mann_kendall([[NAN], [1.0]])
        np.testing.assert_array_equal(found.p_value, [NAN, 1.0])
        np.testing.assert_array_equal(found.s, [NAN, 0.0])

    @pytest.mark.parametrize("n", [127, 128, 256, 257, 300, 400])
    def test_long_ties(self, n: int) -> None:
        """All but twenty values are equal, the last twenty rise."""
        series = np.maximum(np.arange(float(n)), n - 20.0)
        found, tied = trend.mann_kendall(series), n - 19
        assert found.s == 19 * tied + 19 * 18 // 2
        assert found.variance == pytest.approx(self._variance(n, tied), rel=1e-15)

    def test_thousands_of_values(self) -> None:
        """No whole number overflows: of S and the tie term, one number in the table does not fit 64 bits any more."""
        n = 9000
        rows = np.array([np.maximum(np.arange(float(n)), n - 101.0), -np.arange(float(n))])
        found = trend.mann_kendall(rows)
        sizes, variances = [100 * 8900 + 100 * 99 // 2, n * (n - 1) // 2], [self._variance(n, 8900), self._variance(n)]
        assert found.s.tolist() == [sizes[0], -sizes[1]]
        np.testing.assert_allclose(found.variance, variances, rtol=1e-15)
        scores = [(size - 1) / math.sqrt(variance) for size, variance in zip(sizes, variances, strict=True)]
        np.testing.assert_allclose(found.z, [scores[0], -scores[1]], rtol=1e-14)
        np.testing.assert_allclose(found.p_value, [math.erfc(score / math.sqrt(2.0)) for score in scores], rtol=1e-11)

    @pytest.mark.parametrize("n", [3, 8, 14, 15, 16, 18])
    def test_patterns_of_ties_are_told_apart(self, n: int) -> None:
        values = np.arange(float(n))
        rows = np.array([np.maximum(values, first) for first in range(n)] + [values // width for width in (2, 3, 4)])
        found = trend.mann_kendall(rows, "exact")
        for row, p_value in zip(rows, found.p_value, strict=True):
            assert trend.mann_kendall(row, "exact").p_value == p_value


class TestTarget:
    """Many limits at once are each limit alone."""

    @pytest.mark.parametrize("operator", ["<=", "<", ">=", ">"])
    def test_a_limit_for_each_value(self, operator: target.Operator) -> None:
        values = np.array([0.3, 0.1 * 3, 0.2999, 0.3001, NAN, 0.3, -1e9 - 0.5e-3, 5.0, 0.0])
        limits = np.array([0.3, 0.3, 0.3, 0.3, 0.3, NAN, -1e9, 0.0, -0.0])
        alone = [
            -1 if math.isnan(limit) else int(target.compare(value, operator, limit))
            for value, limit in zip(values.tolist(), limits.tolist(), strict=True)
        ]
        assert target.compare(values, operator, limits).tolist() == alone
        assert (alone[0] == target.MET) == (operator in {"<=", ">="})
        assert alone[4] == target.UNKNOWN

    OPERATORS: tuple[target.Operator, ...] = ("<=", "<", ">=", ">")

    @pytest.mark.parametrize("rtol", [0.0, 1e-12, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0])
    @pytest.mark.parametrize("limit", [3.0, -3.0, 0.0, 4 * 5e-324, 5 * 5e-324, 1.7e308, math.inf, -math.inf])
    def test_one_limit_is_as_many_alike(self, limit: float, rtol: float) -> None:
        """At and beside both ends of what counts as equal."""
        ends = [end for by in (1.0 - rtol, 1.0 / (1.0 - rtol) if rtol < 1.0 else 1.0) for end in (limit * by,)]
        values = [float(x) for end in ends for x in (end, np.nextafter(end, -math.inf), np.nextafter(end, math.inf))]
        values += [limit, 0.0, 1.0, -1.0, 5e-324 * 4, 5e-324 * 6, 1.79e308, math.inf, -math.inf, NAN]
        many = np.full(len(values), limit)
        for operator in self.OPERATORS:
            codes, gaps = (f(values, operator, many, rtol) for f in (target.compare, target.margin))
            np.testing.assert_array_equal(target.compare(values, operator, limit, rtol), codes)
            np.testing.assert_array_equal([target.compare(value, operator, limit, rtol) for value in values], codes)
            np.testing.assert_array_equal(target.margin(values, operator, limit, rtol), gaps)
            np.testing.assert_array_equal([target.margin(value, operator, limit, rtol) for value in values], gaps)

    @pytest.mark.parametrize("many", [False, True])
    def test_the_ends_of_what_counts_as_equal_count(self, many: bool) -> None:
        """A quarter of the larger one: 2.25 to 4 are equal to 3. Infinite is equal to itself alone."""
        for limit, values, equal in (
            (3.0, [2.25, 4.0, 2.2, 4.1], [True, True, False, False]),
            (1.7e308, [math.inf, 1.5e308, 1e308], [False, True, False]),
            (math.inf, [math.inf, 1.7e308], [True, False]),
        ):
            limits = [limit] * len(values) if many else limit
            at_most, below = (target.compare(values, op, limits, 0.25) for op in self.OPERATORS[:2])
            assert ((at_most == target.MET) & (below == target.MISSED)).tolist() == equal
            assert (target.margin(values, "<=", limits, 0.25) == 0.0).tolist() == equal

    def test_a_limit_that_is_not_known_is_met_by_nothing_known(self) -> None:
        for operator in self.OPERATORS:
            assert target.compare(1.0, operator, NAN) == target.UNKNOWN
            assert target.compare([1.0, NAN], operator, NAN).tolist() == [target.UNKNOWN] * 2
            assert np.isnan(target.margin([1.0, NAN], operator, NAN)).all()

    @pytest.mark.parametrize("limit", [1.0, [1.0]])
    def test_an_operator_that_is_none_is_told(self, limit: float) -> None:
        for kernel in (target.compare, target.margin):
            with pytest.raises(ValueError, match=r"operator must be .* got '=='"):
                kernel([1.0], "==", limit)  # type: ignore[arg-type]

    def test_sums_beyond_the_floats(self) -> None:
        assert target.aggregate([1e308, 1e308], [1.0, 1.0]).value == math.inf
        assert np.isnan(target.aggregate([1.0, 1.0], [1e308, 1e308]).value)


class TestTrajectory:
    """The first of the highest years, for paths of any length."""

    @pytest.mark.parametrize("n", [1, 2, 127, 128, 254, 255, 256, 257, 600])
    def test_paths_of_any_length(self, n: int) -> None:
        rng = np.random.default_rng(n)
        path = rng.integers(0, 4, (n, 50)).astype(float)
        path[:, 0], path[:, 1], path[:, 2] = 1.0, np.arange(n), -np.arange(n)
        position, value = first_maximum(path, -1e9, 0, 3)
        np.testing.assert_array_equal(position, path.argmax(axis=0) + 3)
        np.testing.assert_array_equal(value, path.max(axis=0))

    def test_a_history_as_high_but_for_rounding_comes_first(self) -> None:
        path = np.array([[1.0, 1.0 + 1e-13, 1.0 + 1e-11, 0.5]])
        position, value = first_maximum(path, 1.0, 2, 7)
        assert position.tolist() == [2, 2, 7, 2]
        assert value.tolist() == [1.0, 1.0 + 1e-13, 1.0 + 1e-11, 1.0]

    def test_what_is_infinite_warns_of_nothing(self) -> None:
        position, value = first_maximum(np.array([[1.0, math.inf], [math.inf, 2.0]]), 0.0, 0, 1)
        assert value.tolist() == [math.inf, math.inf]
        assert position.shape == (2,)

    @pytest.mark.parametrize("operator", ["<=", "<", ">=", ">"])
    def test_a_margin_is_how_far_the_value_lies_on_the_good_side(self, operator: target.Operator) -> None:
        sign = 1.0 if operator in {"<=", "<"} else -1.0
        values, limits = np.array([5.0, 1.0, 3.0, NAN]), np.array([3.0, 3.0, 3.0, 3.0])
        expected = sign * np.array([-2.0, 2.0, 0.0, NAN])
        np.testing.assert_array_equal(target.margin(values, operator, 3.0), expected)
        np.testing.assert_array_equal(target.margin(values, operator, limits), expected)
        np.testing.assert_array_equal([target.margin(value, operator, 3.0) for value in values], expected)

    @pytest.mark.parametrize("n", [200, 300])
    def test_a_highest_value_of_zero_at_the_end(self, n: int) -> None:
        position, value = first_maximum(np.arange(1.0 - n, 1.0)[:, None], -1e9, 0, 3)
        assert (position.tolist(), value.tolist()) == ([3 + n - 1], [0.0])

    def test_the_position_of_what_is_not_known_is_one_of_the_years(self) -> None:
        position, value = first_maximum(np.array([[1.0], [NAN], [3.0]]), 0.0, 1, 3)
        assert np.isnan(value).all()
        assert 0 <= position[0] < 6


class TestLmdi:
    """Any product of variables in any order and shape, cells that need a limit beside others, and many blocks."""

    @staticmethod
    def _plain(
        start: Sequence[FloatArray], end: Sequence[FloatArray], exponents: ArrayLike, totals: Sequence[FloatArray] = ()
    ) -> tuple[FloatArray, FloatArray]:
        """Return effects and log-means of all cells by the formula, for positive values."""
        powers = np.asarray(exponents, dtype=float)
        shape = np.broadcast_shapes(*(x.shape for x in (*start, *end)))
        a, b = (np.stack([np.broadcast_to(x, shape) for x in side], axis=-1) for side in (start, end))
        v0, v1 = (np.prod(x ** powers.sum(axis=0), axis=-1) for x in (a, b))
        if totals:
            v0, v1 = v0 / totals[0], v1 / totals[1]
        mean = (v1 - v0) / np.log(v1 / v0)
        return mean[..., np.newaxis] * (np.log(b / a) @ powers.T), mean

    @pytest.mark.parametrize(
        "exponents",
        [
            [[1]], [[2]], [[-1]], [[-2]], [[1, 0], [0, 1]], [[-1, 0], [0, 1]], [[-1, 2], [2, -1]], [[-1, -1], [1, 2]],
            [[-1, 2], [1, -1]], [[1, 0, 0], [-1, 1, 1], [0, 0, -1]], [[0, 1, 0], [1, -1, 1]], [[0.5, 1], [0.5, -1]],
            [[-2, 1], [2, 0]],
            *([[row[at] for at in order] for row in CHAIN] for order in permutations(range(3))),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("years", [2, 11])
    @pytest.mark.parametrize("is_table", [False, True])
    @pytest.mark.parametrize("has_totals", [False, True])
    def test_as_the_formula(self, exponents: list[list[float]], years: int, is_table: bool, has_totals: bool) -> None:
        rng = np.random.default_rng(10)
        tables = [rng.lognormal(size=(3, 2, years)) for _ in exponents[0]]
        start, end = [x[..., :-1] for x in tables], [x[..., 1:] for x in tables]
        if not is_table:
            start, end = ([np.ascontiguousarray(x) for x in side] for side in (start, end))
        totals = (rng.uniform(2.0, 9.0, (3, 1, years - 1)), rng.uniform(2.0, 9.0, (3, 1, years - 1)))
        effect, mean = self._plain(start, end, exponents, totals if has_totals else ())
        found = effects(start, end, exponents, totals=totals if has_totals else None)
        np.testing.assert_allclose(found.effect, effect.sum(axis=1), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.weight, mean.sum(axis=1), rtol=1e-9)
        assert not found.apart.any()
        assert found.undefined.shape == (0, 3)
        assert found.undefined.dtype == np.int64

    @pytest.mark.parametrize("at", [0, 1, 2])
    @pytest.mark.parametrize("zero", [False, True])
    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ((6, 4, 9), (6, 1, 9)), ((6, 4, 9), (1, 4, 9)), ((6, 4, 9), (6, 4, 1)), ((6, 4, 9), (1, 1, 1)),
            ((6, 1, 9), (6, 1, 1)), ((6, 1, 1), (6, 1, 1)), ((6, 1, 9), (1, 4, 1)), ((1, 1, 9), (6, 1, 9)),
        ],
    )  # fmt: skip
    def test_ends_of_different_shapes(self, at: int, zero: bool, first: tuple[int, ...], last: tuple[int, ...]) -> None:
        """As if what is the same along an axis were written out, whichever end it is."""
        rng = np.random.default_rng(11)
        tables = [rng.lognormal(size=(6, 4, 10)) for _ in range(3)]
        if zero:
            tables[1][2, 1], tables[2][2, 1], tables[2][3, :, 4] = 0.0, 0.0, tables[2][3, :, 3]
        for shapes in ((first, last), (last, first)):
            start, end = [x[..., :-1] for x in tables], [x[..., 1:] for x in tables]
            start[at], end[at] = (rng.integers(1, 4, shape).astype(float) for shape in shapes)  # many do not change
            full = [[np.array(np.broadcast_to(x, (6, 4, 9))) for x in side] for side in (start, end)]
            found, expected = effects(start, end, CHAIN), effects(full[0], full[1], CHAIN)
            np.testing.assert_allclose(found.effect, expected.effect, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(found.weight, expected.weight, rtol=1e-12)
            np.testing.assert_array_equal(found.undefined, expected.undefined)

    def test_what_only_looks_like_a_table_of_years(self) -> None:
        rng = np.random.default_rng(12)
        years, pair, apart = (
            rng.lognormal(size=(6, 4, 10)),
            rng.lognormal(size=(6, 4, 2)),
            rng.lognormal(size=(2, 1, 8)),
        )
        for start, end in (
            ([years[:1, :, :-1], years[..., :-1]], [years[..., 1:], years[..., 1:]]),  # one zone before, six after
            ([pair[..., :1], years[..., :-1]], [pair[..., 1:], years[..., 1:]]),  # the same two years in all periods
            ([apart[0], apart[0] * 2.0], [apart[1].copy(), apart[1] * 3.0]),  # one zone: each end alone is in C order
        ):
            found = effects(start, end, [[1, 0], [-1, 1]])
            cells, _ = self._plain(start, end, [[1, 0], [-1, 1]])
            axes = tuple(range(1, cells.ndim - 2))
            np.testing.assert_allclose(found.effect, cells.sum(axis=axes), rtol=1e-9, atol=1e-12)

    # A, E and V at the start and the end, and whether there is a limit.
    CELLS = (
        ((2.0, 5.0, 1.0), (3.0, 0.0, 0.0), True),  # vanishes
        ((2.0, 0.0, 0.0), (3.0, 5.0, 1.0), True),  # appears
        ((2.0, 1.0, 0.0), (2.0, 1.0, 1.0), True),
        ((1.0, 1.0, 1.0), (1.0, 0.0, 0.0), True),
        ((2.0, 0.0, 0.0), (3.0, 2.0, -5.0), True),
        ((2.0, 2.0, -5.0), (3.0, 0.0, 0.0), True),
        ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), True),
        ((1.0, 1.0, 1.0), (0.0, 0.0, 0.0), True),
        ((1.0, 2.0, 1.0), (2.0, 3.0, math.e), True),  # a logarithm of exactly 1
        ((1.0, 2.0, 3.0), (2.0, 3.0, 3.0), True),
        ((1.0, 2.0, 1e-250), (2.0, 3.0, 1e100), True),  # the quotient is no float
        ((1.0, 2.0, 1e100), (2.0, 3.0, 1e-250), True),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), True),
        ((1.0, 0.0, 1.0), (2.0, 0.0, 2.0), False),  # a factor that is infinite in both years
        ((0.0, 1.0, 1.0), (1.0, 2.0, 2.0), False),
        ((1.0, 2.0, 2.0), (0.0, 1.0, 1.0), False),
        ((1.0, 1.0, 1.0), (1.0, 2.0, -1.0), False),  # changes its sign
        ((1.0, 1.0, NAN), (1.0, 2.0, 1.0), True),
        ((NAN, 1.0, 0.0), (1.0, 1.0, 0.0), True),
        ((1.0, 0.0, 0.0), (NAN, 0.0, 0.0), True),
    )

    @pytest.mark.parametrize("totals", [None, (10.0, 20.0)])
    def test_cells_that_need_a_limit_beside_others(self, totals: tuple[float, float] | None) -> None:
        """Each is as alone; effects close to the change, or to log-mean times logarithm where shares are asked for."""
        cells = np.array([cell[:2] for cell in self.CELLS])
        start, end = ([cells[:, side, [at]] for at in range(3)] for side in (0, 1))
        scale = None if totals is None else ([[totals[0]]], [[totals[1]]])
        found = effects(start, end, CHAIN, totals=scale)
        assert found.undefined.tolist() == [[at, 0] for at, cell in enumerate(self.CELLS) if not cell[2]]
        before, after = totals or (1.0, 1.0)
        for at, (first, last, has_limit) in enumerate(self.CELLS):
            alone = effects([x[[at]] for x in start], [x[[at]] for x in end], CHAIN, totals=scale)
            for together, own in zip(found[:3], alone[:3], strict=True):
                np.testing.assert_array_equal(together[at], own[0])
            change, unknown = last[2] / after - first[2] / before, np.isnan([*first, *last]).any()
            closed = NAN if unknown else change if has_limit else 0.0
            if totals and has_limit and first[2] * last[2] > 0.0:
                log = math.log(last[2]) - math.log(first[2])
                closed = change / (log + math.log(before / after)) * log
            assert found.effect[at].sum() == pytest.approx(closed, rel=1e-13, nan_ok=True)
            assert found.apart[at, 0] == (0.0 if has_limit else last[2] - first[2])
            if 0.0 in (*first, *last) or not has_limit:
                assert found.weight[at, 0] == pytest.approx(NAN if unknown else 0.0, nan_ok=True)

    def test_a_quotient_that_is_no_float_is_as_the_formula(self) -> None:
        """With totals: the shares are 1e-251 and 5e98."""
        start, end = ([np.array([[x]]) for x in side] for side in ((2.0, 1e-250), (3.0, 1e100)))
        found = effects(start, end, [[1, 0], [-1, 1]], totals=([[10.0]], [[20.0]]))
        change = 5e98 / (math.log(5.0) + 349.0 * math.log(10.0))
        assert found.weight[0, 0] == pytest.approx(change, rel=1e-13)
        assert found.effect[0, 0, 0] == pytest.approx(change * math.log(1.5), rel=1e-13)

    def test_what_is_there_in_neither_year_has_no_effect(self) -> None:
        """V = E/A, of which both are 0 in both years: 0/0 is nothing, whatever stands beside it."""
        start, end = (
            [np.array([[x], [y]]) for x, y in side] for side in (((0.0, 2.0), (0.0, 0.0)), ((0.0, 2.0), (0.0, 3.0)))
        )
        found = effects(start, end, [[-1, 0], [0, 1]])
        assert found.effect.tolist() == [[[0.0, 0.0]], [[0.0, 1.5]]]
        assert len(found.undefined) == 0

    def test_many_blocks_are_their_parts(self) -> None:
        """A price for all zones, V a product, and cells without a limit in the first block and in the last one."""
        rng = np.random.default_rng(13)
        price, amount = rng.lognormal(size=(2, 1, 3, 1)), rng.lognormal(size=(2, 50_000, 3, 1))
        places = [2, 30_000, 49_999]
        amount[:, places, 1, 0] = [[1.0], [-1.0]]
        start, end = ([np.array(price[at]), np.array(amount[at])] for at in (0, 1))
        found = effects(start, end, [[1, 0], [0, 1]])
        assert found.undefined.tolist() == [[place, 1, 0] for place in places]
        assert np.flatnonzero(found.apart[:, 0]).tolist() == places
        np.testing.assert_allclose(found.apart[places, 0], -price[:, 0, 1, 0].sum(), rtol=1e-14)
        for part in (slice(0, 100), slice(21_800, 21_900), slice(43_600, 43_800), slice(49_900, 50_000)):
            own = effects([start[0], start[1][part]], [end[0], end[1][part]], [[1, 0], [0, 1]])
            np.testing.assert_array_equal(found.effect[part], own.effect)
            np.testing.assert_array_equal(found.weight[part], own.weight)
        whole = [np.abs(side[1]) for side in (start, end)]
        smooth = effects([start[0], whole[0] + 1.0], [end[0], whole[1] + 2.0], [[1, 0], [0, 1]])
        change = (end[0] * (whole[1] + 2.0) - start[0] * (whole[0] + 1.0)).sum(axis=1)
        np.testing.assert_allclose(smooth.effect.sum(axis=-1), change, rtol=1e-9, atol=1e-12)

    @pytest.mark.parametrize(
        ("shapes", "exponents", "keep", "told"),
        [
            ([(2, 1), (2, 1)], [[1, 0, 0], [-1, 1, 0]], 1, r"for 2 variables; got \(2, 3\), 2 ends"),
            ([(2, 1), (2, 1)], [1, 1], 1, "for 2 variables; got no table, 2 ends"),
            ([(2, 1), (2, 1, 1)], [[1, 0], [-1, 1]], 1, r"equally many axes, .*; got \[2, 3\], keep 1"),
            ([(2,), (2,)], [[1, 0], [-1, 1]], 1, r"equally many axes, .*; got \[1\], keep 1"),
            ([(2, 1), (2, 1)], [[1, 0], [-1, 1]], 2, r"keep fewer; got \[2\], keep 2"),
            ([(1,) * 9, (1,) * 9], [[1, 0], [-1, 1]], 1, r"equally many axes, .*; got \[9\], keep 1"),
        ],
    )
    def test_what_does_not_fit_is_told(
        self, shapes: list[tuple[int, ...]], exponents: list[list[float]], keep: int, told: str
    ) -> None:
        arrays = [np.ones(shape) for shape in shapes]
        with pytest.raises(ValueError, match=told):
            effects(arrays, arrays, exponents, keep=keep)

    def test_eight_axes(self) -> None:
        first = np.array([2.0, 3.0]).reshape(2, *(1,) * 7)
        found = effects([first], [2.0 * first], [[1]], keep=7)
        np.testing.assert_allclose(found.effect.ravel(), [2.0, 3.0], rtol=1e-15)


def _readers() -> dict[str, Callable[[Callable[[ArrayLike], NDArray[Any]]], Sequence[ArrayLike]]]:
    """Return calls of the kernels, each of whose arguments is made by a function."""
    first, last, codes = [100.0, 100.0, 80.0], [95.0, 120.0, 0.0], [[1.0], [2.0], [0.0]]
    return {
        "tapio": lambda f: tapio(f(first), f(last), f(first), f(first[::-1]), f([0.0, 0.8, 1.2])),  # type: ignore[arg-type]
        "parts": lambda f: [elasticity_parts(f(codes), f(first), f(first), f(last))],
        "effort": lambda f: [effort_index(f(codes), f(first)), effort_state(f(last))],
        "flows": lambda f: [sum_flows(np.ones((1, 3, 1)), f(codes)), sum_tables(np.ones((1, 3, 1)), f([codes]))],
        "ratio": lambda f: [ratio(f(last), f(first)), ratio(f(last), 2.0), ratio(2.0, f(first))],
        "rate": lambda f: [reduction_rate(f(first), f(last), f([1.0, 2.0, 3.0])), required_rate(f(first), f(last), 5)],
        "chain": lambda f: [growth_chain(f([0.1, 0.2])), deflate(f(first), f(last), f(first))],
        "link": lambda f: [link(f(first), f([2015.0, 2015.0, 2020.0]), f([0.0, 0.0, 0.1]))],
        "mean": lambda f: [log_mean(f(first), f(last))],
        "effects": lambda f: effects([f(codes)] * 2, [f([[3.0], [0.0], [1.0]])] * 2, f([[1.0, 0.0], [-1.0, 1.0]])),
        "shares": lambda f: effects([f(codes)], [f(codes[::-1])], f([[1.0]]), totals=(f([[4.0]]), f([[5.0]]))),
        "judge": lambda f: judge(f([first, last, [9.0, NAN, 7.0]]), f([1.0, 2.0, 3.0]), minimum_tail=1),
        "tally": lambda f: tally(f(last), f(first), "<", 1.0),
        "compare": lambda f: [target.compare(f(last), "<", f(limit)) for limit in (90.0, first)],
        "margin": lambda f: [target.margin(f(last), "<", f(limit)) for limit in (90.0, first)],
        "round": lambda f: [target.round_half_even(f([0.25, 2.675]), 1)],
        "aggregate": lambda f: target.aggregate(f([last, first]), f([first, first])),
        "kendall": lambda f: trend.mann_kendall(f([first, last])),
        "slope": lambda f: [trend.theil_sen(f([first, last]), f([1.0, 2.0, 4.0])), trend.theil_sen(f(first))],
    }


@pytest.mark.parametrize("name", _readers())
def test_numbers_that_come_as_objects_are_read_as_floats(name: str) -> None:
    """As they come out of a table of mixed columns; answers have the types they always have."""
    call = _readers()[name]
    floats, objects = (call(lambda x, kind=kind: np.asarray(x, dtype=kind)) for kind in (np.float64, np.object_))  # type: ignore[misc]
    for found, expected in zip(objects, floats, strict=True):
        assert np.asarray(found).dtype == np.asarray(expected).dtype
        np.testing.assert_array_equal(found, expected)


def test_what_is_infinite_or_overflows_warns_of_nothing() -> None:
    """Warnings are errors here."""
    levels, infinite = np.array([0.0, 0.5, 1.0]), np.array([[-math.inf, 1.0, math.inf]])
    draws.sorted_quantiles(np.array([[-1.7e308, 1.7e308]]), levels)
    draws.density_slope(np.repeat(infinite, 3, axis=1), levels)
    assert np.isnan(draws.sorted_quantiles(np.array([[math.inf, math.inf]]), levels)).any()
    assert draws.bins_of(infinite).log.tolist() == [False]
    for limit in (math.inf, [[math.inf, 1.0, -math.inf]]):
        assert target.compare(infinite, "<=", limit).shape == target.margin(infinite, "<=", limit).shape == (1, 3)
    assert target.margin([[-1.7e308]], "<=", 1.7e308) == math.inf
    assert sum_tables([[[1e308], [1e308]]], [[[1.0], [1.0]]])[0, 0, 0] == math.inf
