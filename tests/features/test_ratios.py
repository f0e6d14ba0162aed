"""Pairs that tell more than their parents."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.features import RatioFeatures
from sklearn_mlknow.features.ratios import cross_fitted_information


def table(n_rows=2000, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.uniform(1, 3, (n_rows, 5)), columns=list("abcde"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (lambda X: X["a"] / X["c"] > 1.1, {("a", "/", "c"), ("a", "-", "c"), ("c", "/", "a")}),
        (lambda X: X["b"] * X["d"], {("b", "*", "d")}),
        (lambda X: np.sign(X["e"] - 2) * (X["a"] - X["b"]).round(1).astype(str).astype("category").cat.codes % 3, None),
    ],
)
def test_finds_the_pair(target, expected):
    X = table()
    found = RatioFeatures(n_features=1).fit(X, target(X)).pairs_
    if expected is not None:
        assert found[0] in expected


def test_noise_builds_nothing():
    X = table()
    y = np.random.default_rng(1).integers(0, 2, len(X))
    assert RatioFeatures().fit(X, y).pairs_ == []


def test_values_and_names():
    X = table(300)
    X.loc[0, "c"] = 0.0
    X.loc[1, "a"] = np.nan
    builder = RatioFeatures(pairs=[("a", "c"), ("d", "b")], operations=("ratio", "difference"))
    out = builder.set_output(transform="pandas").fit_transform(X)
    assert list(out.columns[5:]) == ["a / c", "a - c", "d / b", "d - b"]
    assert np.isnan(out["a / c"][[0, 1]]).all()
    np.testing.assert_array_equal(out["a / c"][2:], X["a"][2:] / X["c"][2:])
    np.testing.assert_array_equal(out["d - b"], X["d"] - X["b"])


def test_given_pairs_need_no_target_and_a_search_does():
    RatioFeatures(pairs=[("a", "b")]).fit(table(10))
    with pytest.raises(ValueError, match="requires y to be passed"):
        RatioFeatures().fit(table(10))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operations": ("sum",)}, "operations must be of"),
        ({"pairs": "all"}, 'pairs must be "auto" or a list of pairs'),
        ({"pairs": [("a", "nope")]}, "names 'nope', which X has not"),
    ],
)
def test_errors(arguments, message):
    X = table(10)
    with pytest.raises(ValueError, match=message):
        RatioFeatures(**arguments).fit(X, np.arange(10) % 2)


def test_cross_fitted_information_by_a_slow_loop():
    rng = np.random.default_rng(0)
    column = rng.integers(0, 4, 60).astype(float)
    classes, folds = (column + rng.integers(0, 2, 60)).astype(int) % 3, rng.integers(0, 3, 60)
    codes = np.searchsorted(np.sort(column)[np.arange(1, 16) * 60 // 16], column, side="right")
    total = 0.0
    for row in range(60):
        other = folds != folds[row]
        n_other = other.sum()
        share = ((classes[other] == classes[row]).sum() + 1 / 3) / (n_other + 1)
        alike = other & (codes == codes[row])
        total += np.log(((classes[alike] == classes[row]).sum() + share) / (alike.sum() + 1) / share)
    np.testing.assert_allclose(cross_fitted_information(column[:, None], classes, folds), [total / 60])


def test_a_sample_of_many_rows_answers_alike():
    X = table(30_000)
    assert RatioFeatures(n_features=1).fit(X, X["a"] * X["b"] > 4).pairs_ == [("a", "*", "b")]
