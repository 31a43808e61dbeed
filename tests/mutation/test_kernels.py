"""What changes of the kernels no other test noticed: pieces of large arrays, arrays to write into, ends of ranges."""

import math

import numpy as np
import pytest

from zonecarbon._typing import FloatArray
from zonecarbon.kernels import draws, target, trend
from zonecarbon.kernels.blocks import BLOCK, highest, in_blocks, lowest, result_for
from zonecarbon.kernels.decoupling import EFFORTS, STATES, THRESHOLDS, UNDEFINED, UNKNOWN, effort_state, tapio
from zonecarbon.kernels.emission import sum_tables
from zonecarbon.kernels.intensity import link, reduction_rate
from zonecarbon.kernels.measure import Act, act
from zonecarbon.kernels.peak import INSUFFICIENT, PEAKED, PLATEAU, RISING, STATUSES, judge
from zonecarbon.kernels.tally import Tally, merged, tally
from zonecarbon.kernels.trajectory import first_maximum

NAN = math.nan


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


class TestTrend:
    """Exact numbers for long series with many ties."""

    def test_orderings_of_groups_with_more_patterns_than_small_integers_count(self) -> None:
        series = np.array([[1.0, 1, 2, 2, 3, 3, 4, 4, 5], [5.0, 4, 4, 3, 3, 2, 2, 1, 1]])
        found = trend.mann_kendall(series, "exact")
        assert found.p_value[0] == found.p_value[1]
        assert (found.s[0], found.s[1]) == (32.0, -32.0)
        # 9! / 2!^4 orderings, of which one rises and one falls throughout
        assert found.p_value[0] == pytest.approx(2.0 / (math.factorial(9) / 16), rel=1e-12)


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
