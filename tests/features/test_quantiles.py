"""Quantiles of weighted values against numpy's of repeated ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.features.quantiles import quantiles
from sklearn_mlknow.summaries import values


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=12), st.integers(0, 2**31))
def test_like_numpy_on_repeated_values(numbers, seed):
    column = np.array(numbers, dtype=float)
    weights = np.random.default_rng(seed).integers(1, 4, len(column)).astype(float)
    shares = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
    expected = np.quantile(np.repeat(column, weights.astype(int)), shares, method="averaged_inverted_cdf")
    np.testing.assert_allclose(quantiles(values.summarise(column, weights), shares), expected)
