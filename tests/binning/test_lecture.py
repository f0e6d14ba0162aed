"""The lecture's column and the issue's other examples, through the public classes."""

import numpy as np
import pytest

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner

COLUMN = np.array([12.0, 28, 0, 16, 4, 18, 16, 26, 24])[:, None]


def groups(binner):
    codes = binner.fit_transform(COLUMN)[:, 0]
    return [sorted(COLUMN[codes == code, 0].tolist()) for code in range(binner.n_bins_[0])]


def test_width_ten():
    binner = EqualWidthBinner(width=10, origin=0)
    assert groups(binner) == [[0, 4], [12, 16, 16, 18], [24, 26, 28]]
    assert binner.bin_edges_[0].tolist() == [-np.inf, 10, 20, np.inf]


def test_density_three():
    binner = EqualFrequencyBinner(density=3)
    assert groups(binner) == [[0, 4, 12], [16, 16, 18], [24, 26, 28]]
    assert binner.bin_edges_[0].tolist() == [-np.inf, 14, 21, np.inf]


def test_ties_spread_and_merge():
    column = np.array([0] * 8 + [1, 2])[:, None]
    assert EqualFrequencyBinner(3).fit(column).n_bins_.tolist() == [3]
    assert EqualFrequencyBinner(3, ties="merge").fit(column).n_bins_.tolist() == [1]


def test_smoothing():
    def smoothed(encode):
        return EqualFrequencyBinner(3, encode=encode).fit_transform(np.sort(COLUMN, axis=0))[:, 0].round(4).tolist()

    assert smoothed("mean") == [5.3333] * 3 + [16.6667] * 3 + [26] * 3
    assert smoothed("median") == [4] * 3 + [16] * 3 + [26] * 3
    assert smoothed("boundary") == [0, 0, 12, 16, 16, 18, 24, 24, 28]
    assert smoothed("midpoint") == [7] * 3 + [17.5] * 3 + [24.5] * 3


def test_given_edges():
    codes = FixedBinner([18, 65]).fit_transform(np.array([[7.0], [18], [64], [65], [np.nan]]))
    assert codes[:, 0].tolist() == [0, 1, 1, 2, 3]


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1.0, 1e300])
def test_any_scale_keeps_its_bins(scale):
    column = np.linspace(0, 1, 101)[:, None]
    for cls in (EqualWidthBinner, EqualFrequencyBinner):
        assert cls(5).fit(column * scale).n_bins_.tolist() == [5]
        codes, scaled = cls(5).fit_transform(column), cls(5).fit_transform(column * 2.0 ** np.round(np.log2(scale)))
        np.testing.assert_array_equal(codes, scaled)


def test_no_seed_in_the_edges_of_many_rows():
    column = np.random.default_rng(0).normal(size=(250_000, 1))
    edges = EqualWidthBinner(4).fit(column).bin_edges_[0][1:-1]
    low, high = column.min(), column.max()
    np.testing.assert_allclose(edges, low + (high - low) * np.array([0.25, 0.5, 0.75]), rtol=1e-12)
