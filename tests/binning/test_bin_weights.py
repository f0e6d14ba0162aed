"""The weight in every bin."""

import numpy as np
import pytest

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner


@pytest.mark.parametrize("encode", ["ordinal", "mean"])
@pytest.mark.parametrize("binner", [EqualFrequencyBinner(4), EqualWidthBinner(4), FixedBinner([2, 4, 6])], ids=str)
def test_a_heavy_bin_does_not_swallow_the_light_ones(binner, encode):
    X, weight = np.arange(8.0)[:, None], np.array([1e17, 1, 1, 1, 1, 1, 1, 1])
    binner.set_params(encode=encode).fit(X, sample_weight=weight)
    codes = np.searchsorted(binner.bin_edges_[0][1:-1], X[:, 0], side="right")
    expected = [weight[codes == code].sum() for code in range(binner.n_bins_[0])]
    assert binner.bin_weights_[0].tolist() == [*expected, 0]
