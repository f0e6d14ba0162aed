import numpy as np
import pytest
from sklearn.preprocessing import KBinsDiscretizer

from sklearn_mlknow.binning import KMeansBinner
from sklearn_mlknow.formulas.kmeans_edges import kmeans_edges


def squares(column, codes):
    return sum(((column[codes == code] - column[codes == code].mean()) ** 2).sum() for code in np.unique(codes))


def test_edges_by_hand():
    X = np.array([[1.0], [2.0], [2.5], [40.0], [41.0], [90.0]])
    binner = KMeansBinner(n_bins=3).fit(X)
    middle = (11 / 6 + 40.5) / 2
    assert binner.bin_edges_[0].tolist() == pytest.approx([-np.inf, middle, (40.5 + 90) / 2, np.inf])
    assert binner.transform(X).ravel().tolist() == [0, 0, 0, 1, 1, 2]


def test_never_worse_than_lloyd():
    rng = np.random.default_rng(0)
    for _ in range(5):
        X = rng.lognormal(size=(300, 1))
        ours = KMeansBinner(6).fit_transform(X).ravel()
        theirs = KBinsDiscretizer(6, encode="ordinal", strategy="kmeans").fit_transform(X).ravel()
        assert squares(X[:, 0], ours) <= squares(X[:, 0], theirs) * (1 + 1e-12)


def test_weights_missing_and_special_values():
    column = np.array([0.0, 1.0, 10.0, 11.0, -999.0, np.nan])
    weights = np.array([3.0, 1.0, 2.0, 1.0, 5.0, 4.0])
    binner = KMeansBinner(2, special={"x0": [-999]}).fit(column[:, None], sample_weight=weights)
    expected = kmeans_edges(column[:4], weights[:4], 2)
    assert binner.bin_edges_[0][1:-1].tolist() == expected.tolist()
    assert binner.bin_weights_[0].tolist() == [4, 3, 4, 5]
    assert binner.transform(column[:, None]).ravel().tolist() == [0, 0, 1, 1, 3, 2]


@pytest.mark.parametrize("column", [[5.0, 5.0, 5.0], [np.nan, np.nan, np.nan]])
def test_nothing_to_cut(column):
    binner = KMeansBinner(4).fit(np.array(column)[:, None])
    assert binner.n_bins_.tolist() == [1]


def test_parts_give_the_same_edges():
    X = np.random.default_rng(1).normal(size=(500, 2)).round(2)
    whole = KMeansBinner(7).fit(X)
    parts = KMeansBinner(7).fit(X[:200]).partial_fit(X[200:])
    for a, b in zip(whole.bin_edges_, parts.bin_edges_):
        assert a.tolist() == b.tolist()
