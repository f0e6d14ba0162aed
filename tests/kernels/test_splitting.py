import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sklearn_mlknow.kernels.splitting import best_split


def squares(weight, sums):
    """Squares of the target around its mean, but for the constant sum of squares."""
    return -(sums**2).sum() / weight if weight else 0.0


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 12), st.integers(1, 3), st.integers(0, 4), st.integers(0, 2**32 - 1))
def test_the_split_explains_most_squares(n, n_outputs, min_weight, seed):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 4, n).astype(float)
    sums = rng.integers(0, 5, (n, n_outputs)).astype(float)
    cumulative = np.concatenate([[0], np.cumsum(weight)])
    cumulative_sums = np.concatenate([np.zeros((1, n_outputs)), np.cumsum(sums, axis=0)])
    low, high = 0, n
    explained = [
        squares(weight.sum(), sums.sum(0))
        - squares(weight[:cut].sum(), sums[:cut].sum(0))
        - squares(weight[cut:].sum(), sums[cut:].sum(0))
        if min(weight[:cut].sum(), weight[cut:].sum()) >= min_weight
        else 0.0
        for cut in range(1, n)
    ]
    gain, cut = best_split(cumulative, cumulative_sums, low, high, min_weight, False)
    np.testing.assert_allclose(gain, max(explained), atol=1e-9)
    assert (gain, cut) == best_split(cumulative, cumulative_sums, low, high, min_weight, True)


def test_both_ways_agree_to_the_last_bit_on_fractional_weights():
    rng = np.random.default_rng(0)
    weight = np.concatenate([[0], np.cumsum(rng.random(500))])
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(rng.normal(size=(500, 2)), axis=0)])
    assert best_split(weight, sums, 3, 480, 5.0, False) == best_split(weight, sums, 3, 480, 5.0, True)


def test_nothing_to_cut():
    weight, sums = np.arange(4.0), np.zeros((4, 1))
    assert best_split(weight, sums, 0, 3, 2.0, False) == best_split(weight, sums, 0, 3, 2.0, True) == (0.0, 0)
