from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from sklearn_mlknow.formulas.kmeans_edges import kmeans_edges
from sklearn_mlknow.kernels.kmeans_dp import best_clusters


def squares(values, weight, codes):
    total = 0.0
    for code in np.unique(codes):
        part, share = values[codes == code], weight[codes == code]
        total += (share * (part - np.average(part, weights=share)) ** 2).sum()
    return total


def codes_of(values, edges):
    return np.searchsorted(edges, values, side="right")


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.integers(-50, 50), min_size=1, max_size=9, unique=True),
    n_bins=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_other_partition_has_less_squares(values, n_bins, seed):
    values = np.sort(np.array(values, dtype=float))
    weight = np.random.default_rng(seed).integers(1, 5, len(values)).astype(float)
    n = len(values)
    n_found = min(n_bins, n)
    least = min(
        squares(values, weight, np.searchsorted(cuts, np.arange(n), side="right"))
        for cuts in combinations(range(1, n), n_found - 1)
    )
    for is_large in (False, True):
        edges = kmeans_edges(values, weight, n_bins, is_large)
        assert len(edges) == n_found - 1
        assert squares(values, weight, codes_of(values, edges)) == pytest.approx(least, abs=1e-8)


def test_both_ways_of_running_the_loop_agree_to_the_last_bit():
    rng = np.random.default_rng(0)
    weight = np.concatenate([[0], np.cumsum(rng.random(700))])
    sums = np.concatenate([[0], np.cumsum(np.sort(rng.normal(size=700)))])
    assert best_clusters(weight, sums, 8, False).tolist() == best_clusters(weight, sums, 8, True).tolist()


def test_better_than_lloyd_or_as_good():
    rng = np.random.default_rng(0)
    for k in (3, 6, 10):
        values = np.unique(np.concatenate([rng.normal(center, 1, 60) for center in (0, 4, 5, 30)]))
        lloyd = KMeans(k, n_init=10, random_state=0).fit(values[:, None])
        ours = squares(values, np.ones(len(values)), codes_of(values, kmeans_edges(values, np.ones(len(values)), k)))
        assert ours <= lloyd.inertia_ * (1 + 1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20, unique=True), st.integers(-900, 900))
def test_a_power_of_two_scales_the_edges_exactly(values, exponent):
    values = np.unique(np.array(values))
    values = values[(np.abs(values) > 1e-6) | (values == 0)]
    if len(values) < 2:
        return
    scaled = kmeans_edges(np.ldexp(values, exponent), np.ones(len(values)), 3)
    assert scaled.tolist() == np.ldexp(kmeans_edges(values, np.ones(len(values)), 3), exponent).tolist()


def test_extreme_columns_keep_their_bins():
    huge = np.array([-1e308, -9e307, 9e307, 1e308])
    assert codes_of(huge, kmeans_edges(huge, np.ones(4), 2)).tolist() == [0, 0, 1, 1]
    tiny = np.array([0.0, 5e-324, 1e-300, 1.1e-300])
    assert codes_of(tiny, kmeans_edges(tiny, np.ones(4), 2)).tolist() == [0, 0, 1, 1]
    shifted = 1e9 + np.array([0.0, 1e-3, 1.0, 1.001])
    assert codes_of(shifted, kmeans_edges(shifted, np.ones(4), 2)).tolist() == [0, 0, 1, 1]


def test_weights_stand_for_rows():
    values, weight = np.array([0.0, 1.0, 2.0, 10.0]), np.array([5.0, 1.0, 1.0, 2.0])
    assert kmeans_edges(values, weight, 3).tolist() == kmeans_edges(values, weight * 4, 3).tolist()


def test_fewer_values_than_bins_get_a_bin_each():
    assert kmeans_edges(np.array([1.0, 3.0]), np.ones(2), 5).tolist() == [2.0]
    assert kmeans_edges(np.array([1.0]), np.ones(1), 5).tolist() == []


def test_weights_beyond_reason():
    values = np.array([0.0, 1.0, 10.0, 11.0])
    assert kmeans_edges(values, np.full(4, 1e300), 2).tolist() == [5.5]
    assert kmeans_edges(values, np.full(4, 1e-300), 2).tolist() == [5.5]
    assert kmeans_edges(values, np.array([1e300, 1e-300, 1e300, 1e-300]), 3).tolist() == [5.0]
