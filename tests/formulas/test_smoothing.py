import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.formulas.smoothing import bin_values, fill_empty_bins, finite_ends, midpoints
from sklearn_mlknow.summaries.values import summarise

LECTURE = np.array([12, 28, 0, 16, 4, 18, 16, 26, 24])


def test_the_lecture():
    bins = bin_values(summarise(LECTURE), np.array([14.0, 21.0]))
    assert bins.weight.tolist() == [3, 3, 3]
    np.testing.assert_allclose(bins.mean, [16 / 3, 50 / 3, 26])
    assert bins.median.tolist() == [4, 16, 26]
    assert bins.low.tolist() == [0, 16, 24]
    assert bins.high.tolist() == [12, 18, 28]


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3)), max_size=30),
    st.lists(st.integers(-5, 5), max_size=4, unique=True).map(sorted),
)
def test_equals_a_loop_over_bins(rows, edges):
    column = np.array([value for value, _ in rows], dtype=float)
    weight = np.array([weight for _, weight in rows], dtype=float)
    bins = bin_values(summarise(column, weight), np.array(edges, dtype=float))
    repeated = np.repeat(column, weight.astype(int))
    codes = np.searchsorted(edges, repeated, side="right") if edges else np.zeros(len(repeated), int)
    for code in range(len(edges) + 1):
        inside = repeated[codes == code].tolist()
        assert bins.weight[code] == len(inside)
        if inside:
            np.testing.assert_allclose(bins.mean[code], statistics.mean(inside), atol=1e-12)
            assert bins.median[code] == statistics.median(inside)
            assert (bins.low[code], bins.high[code]) == (min(inside), max(inside))
        else:
            assert np.isnan(bins.mean[code])


@pytest.mark.parametrize("scale", [1e-300, 1e308])
def test_no_overflow(scale):
    bins = bin_values(summarise(np.array([-1.0, -0.5, 0.5, 1.0]) * scale), np.array([0.0]))
    np.testing.assert_allclose(bins.mean, np.array([-0.75, 0.75]) * scale)
    np.testing.assert_allclose(bins.median, np.array([-0.75, 0.75]) * scale)
    assert np.isfinite(midpoints(np.array([0.0]), -1.7e308, 1.7e308)).all()


def test_empty_bins_are_filled_with_their_midpoint():
    edges = np.array([10.0, 20.0])
    filled = fill_empty_bins(np.array([1.0, np.nan, 25.0]), edges, 0.0, 30.0)
    assert filled.tolist() == [1.0, 15.0, 25.0]


def test_fixed_edges_may_lie_outside_the_values():
    assert finite_ends(np.array([0.0, 100.0]), 20.0, 30.0).tolist() == [0.0, 0.0, 100.0, 100.0]
