import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.preprocessing import KBinsDiscretizer

from sklearn_mlknow.formulas.edges import edges_of_width as width_edges
from sklearn_mlknow.formulas.edges import equal_frequency_edges, equal_width_edges, middle
from sklearn_mlknow.summaries.values import summarise

LECTURE = np.array([12, 28, 0, 16, 4, 18, 16, 26, 24])

finite = st.floats(allow_nan=False, allow_infinity=False)
columns = st.lists(finite, min_size=1, max_size=40).map(np.array)
tied_columns = st.lists(st.integers(-3, 3), min_size=1, max_size=40).map(lambda drawn: np.array(drawn, dtype=float))


def sizes(column, edges):
    return np.bincount(np.searchsorted(edges, column, side="right"), minlength=len(edges) + 1)


class TestEqualWidth:
    def test_by_hand(self):
        assert equal_width_edges(0, 30, 3).tolist() == [10, 20]
        assert equal_width_edges(5, 5, 3).tolist() == []
        assert equal_width_edges(math.nan, math.nan, 3).tolist() == []
        assert width_edges(0, 28, 10, 0).tolist() == [10, 20]
        assert width_edges(0, 30, 10, 0).tolist() == [10, 20, 30]  # 30 begins a bin of its own
        assert width_edges(3, 28, 10).tolist() == [13, 23]
        assert width_edges(-7, 7, 5, 1).tolist() == [-4, 1, 6]

    @given(finite, finite, st.integers(1, 50))
    def test_edges_increase_inside_the_range(self, a, b, n_bins):
        low, high = min(a, b), max(a, b)
        edges = equal_width_edges(low, high, n_bins)
        assert len(edges) <= n_bins - 1
        assert np.isfinite(edges).all()
        assert (np.diff(edges) > 0).all()
        assert ((edges > low) & (edges <= high)).all()

    @given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(2, 20), st.integers(-900, 900))
    def test_a_power_of_two_scales_the_edges_exactly(self, a, b, n_bins, power):
        low, high = min(a, b), max(a, b)
        assume(all(size == 0 or size > 1e-20 for size in (abs(low), abs(high), high - low)))
        scaled = equal_width_edges(math.ldexp(low, power), math.ldexp(high, power), n_bins)
        expected = np.ldexp(equal_width_edges(low, high, n_bins), power)
        np.testing.assert_array_equal(scaled, expected)

    @pytest.mark.parametrize(("low", "high"), [(-1.7e308, 1.7e308), (0, 1e-300), (1e300, 1.1e300), (0, 5e-323)])
    def test_any_range_keeps_its_bins(self, low, high):
        np.testing.assert_allclose(
            equal_width_edges(low, high, 5), low / 5 * np.arange(4, 0, -1) + high / 5 * np.arange(1, 5)
        )
        assert len(equal_width_edges(low, high, 5)) == 4

    def test_too_many_bins_of_a_width(self):
        with pytest.raises(ValueError, match="more than 100000"):
            width_edges(0, 1, 1e-9)
        with pytest.raises(ValueError, match="more than 100000"):
            width_edges(-1e308, 1e308, 5e-324)


class TestEqualFrequency:
    def test_the_lecture(self):
        assert equal_frequency_edges(summarise(LECTURE), 3).tolist() == [14, 21]
        assert equal_frequency_edges(summarise(LECTURE), 3, "merge").tolist() == [14, 21]

    @pytest.mark.parametrize("n_bins", [2, 3, 7])
    @pytest.mark.parametrize("n_rows", [7, 9, 10, 100])
    def test_ranks_are_exact(self, n_bins, n_rows):
        column = np.random.default_rng(0).permutation(n_rows).astype(float)
        edges = equal_frequency_edges(summarise(column), n_bins)
        assert edges.tolist() == [i * n_rows // n_bins - 0.5 for i in range(1, n_bins)]

    @given(st.one_of(tied_columns, columns), st.integers(1, 12))
    def test_spread_leaves_no_bin_empty_and_has_all_bins_that_can_be(self, column, n_bins):
        edges = equal_frequency_edges(summarise(column), n_bins)
        assert len(edges) == min(n_bins, len(np.unique(column))) - 1
        assert (sizes(column, edges) > 0).all()
        assert (np.diff(edges) > 0).all()

    def test_spread_by_hand(self):
        assert equal_frequency_edges(summarise(np.array([0] * 8 + [1, 2])), 3).tolist() == [0.5, 1.5]
        assert equal_frequency_edges(summarise(np.array([-1, -1, 1, 1])), 3).tolist() == [0.0]
        # ranks 10 and 20 lie inside the zeros, whose nearer ends are 5 and 25
        column = np.concatenate([-np.arange(1, 6), np.zeros(20), np.arange(1, 6)])
        assert equal_frequency_edges(summarise(column), 3).tolist() == [-0.5, 0.5]

    def test_spread_shares_the_other_bins_fairly_beside_a_heavy_value(self):
        column = np.concatenate([np.arange(-100, 0), np.zeros(800), np.arange(1, 101)])
        by_bin = sizes(column, equal_frequency_edges(summarise(column), 10))
        assert len(by_bin) == 10
        assert sorted(by_bin)[-1] == 800
        assert min(by_bin) >= 12  # 200 rows in nine bins, halved again and again

    @given(tied_columns, st.integers(2, 6))
    def test_a_weight_is_the_row_so_many_times(self, column, n_bins):
        weight = np.arange(len(column)) % 3.0
        assume(weight.any())
        for ties in ("spread", "merge"):
            weighted = equal_frequency_edges(summarise(column, weight), n_bins, ties)
            repeated = equal_frequency_edges(summarise(np.repeat(column, weight.astype(int))), n_bins, ties)
            assert weighted.tolist() == repeated.tolist()

    def test_fractions_as_weights(self):
        column, weight = np.arange(4.0), np.array([0.1, 0.1, 0.1, 0.9])
        assert equal_frequency_edges(summarise(column, weight), 2).tolist() == [2.5]

    def test_weights_too_small_to_be_told_apart(self):
        column, weight = np.arange(5.0), np.array([1e-300, 1e-300, 1.0, 1e-300, 1e-300])
        edges = equal_frequency_edges(summarise(column, weight), 5)
        assert (np.diff(edges) > 0).all()

    @given(tied_columns, st.sampled_from([2, 4, 5, 8]))
    def test_merge_is_scikit_learn(self, column, n_bins):
        assume(len(np.unique(column)) > 1)
        theirs = KBinsDiscretizer(
            n_bins, strategy="quantile", subsample=None, quantile_method="averaged_inverted_cdf", encode="ordinal"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.fit(column[:, None])
        inner = theirs.bin_edges_[0][1:-1]
        # scikit-learn asks for percentiles in floating point; only ranks that it hits exactly can be compared
        exact = [(i * 100 / n_bins) / 100 * len(column) == i * len(column) / n_bins for i in range(1, n_bins)]
        assume(all(exact))
        assert equal_frequency_edges(summarise(column), n_bins, "merge").tolist() == inner.tolist()

    @given(columns, st.integers(2, 6), st.integers(-60, 60))
    def test_a_power_of_two_scales_the_edges_exactly(self, column, n_bins, power):
        assume(all(value == 0 or 1e-200 < abs(value) < 1e200 for value in column))
        scaled = equal_frequency_edges(summarise(np.ldexp(column, power)), n_bins)
        np.testing.assert_array_equal(scaled, np.ldexp(equal_frequency_edges(summarise(column), n_bins), power))

    @pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e300])
    def test_any_range_keeps_its_bins(self, scale):
        column = np.arange(-8.0, 9.0) * scale
        assert len(equal_frequency_edges(summarise(column), 4)) == 3

    def test_nothing_to_cut(self):
        assert equal_frequency_edges(summarise(np.array([np.nan])), 3).tolist() == []
        assert equal_frequency_edges(summarise(np.array([7.0, 7.0])), 3).tolist() == []


@given(finite, finite)
def test_the_middle_is_above_the_left_and_up_to_the_right(a, b):
    left, right = min(a, b), max(a, b)
    assume(left < right)
    assert left < middle(left, right) <= right


def test_a_grid_over_all_numbers_does_not_overflow():
    low, high = -1.75e308, 1.75e308
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        edges = width_edges(low, high, 0.5e308)
    np.testing.assert_allclose(edges, [-1.25e308, -0.75e308, -0.25e308, 0.25e308, 0.75e308, 1.25e308, 1.75e308])
    assert width_edges(0.0, 3e-323, 1e-323).tolist() == [1e-323, 2e-323, 3e-323]
