import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sklearn_mlknow.kernels import bin_counts, digitise, pad_edges


def slow(matrix, edges, n_edges):
    """Digitise and count, column by column; bins that a column does not have stay empty."""
    counts = np.zeros((matrix.shape[1], n_edges + 2), np.int64)
    for i, column in enumerate(matrix.T):
        for code in digitise(column, edges[i], missing=n_edges + 1):
            counts[i, code] += 1
    return counts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    matrix=arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.floats()),
    edges=st.lists(st.lists(st.floats(-9, 9), max_size=6, unique=True), min_size=3, max_size=3),
    layout=st.sampled_from("CF"),
)
def test_equals_digitise_and_count(side, matrix, edges, layout):
    edges = [np.sort(np.array(one)) for one in edges[: matrix.shape[1]]]
    padded = pad_edges(edges)
    np.testing.assert_array_equal(bin_counts(np.array(matrix, order=layout), padded), slow(matrix, edges, len(padded)))


@pytest.mark.parametrize("n_rows", [1, 159, 160, 639, 640, 641, 5_000])
def test_whole_and_broken_rounds(side, n_rows):
    matrix = np.random.default_rng(0).normal(size=(n_rows, 3))
    matrix[::11, 1] = np.nan
    edges = [np.array([-0.5, 0.5])] * 3
    np.testing.assert_array_equal(bin_counts(matrix, pad_edges(edges)), slow(matrix, edges, 2))
    np.testing.assert_array_equal(bin_counts(list(matrix.T), pad_edges(edges)), slow(matrix, edges, 2))


def test_many_edges(side):
    column = np.random.default_rng(0).normal(size=500)
    edges = np.linspace(-2, 2, 300)
    counts = bin_counts(column[:, None], edges[:, None])
    np.testing.assert_array_equal(counts[0, :-1], np.histogram(column, [-np.inf, *edges, np.inf])[0])
