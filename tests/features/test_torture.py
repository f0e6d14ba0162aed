"""What a table can throw at a builder; see also the contract tests, which every estimator passes."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone

from sklearn_mlknow import features
from sklearn_mlknow.persistence import load, save
from tests.features.tables import CASES, MIXED, Y

EVERY = pytest.mark.parametrize(("estimator", "X"), CASES.values(), ids=CASES)


def in_frame(estimator, X):
    return clone(estimator).set_output(transform="pandas").fit(X, Y).transform(X)


@EVERY
def test_saved_and_loaded_it_answers_alike(estimator, X, tmp_path):
    fitted = clone(estimator).set_output(transform="pandas").fit(X, Y)
    save(fitted, tmp_path / "model.mlk")
    pd.testing.assert_frame_equal(load(tmp_path / "model.mlk").transform(X), fitted.transform(X))


@EVERY
def test_rows_do_not_know_of_each_other_in_transform(estimator, X):
    fitted = clone(estimator).set_output(transform="pandas").fit(X, Y)
    whole = fitted.transform(X)
    parts = pd.concat([fitted.transform(X[i : i + 37]) for i in range(0, len(X), 37)])
    pd.testing.assert_frame_equal(parts, whole, check_dtype=False, check_categorical=False, rtol=1e-12)
    turned = fitted.transform(X[::-1])[::-1]
    pd.testing.assert_frame_equal(turned, whole, check_dtype=False, check_categorical=False, rtol=1e-12)


@EVERY
def test_an_index_of_any_kind_is_handed_through(estimator, X):
    index = pd.MultiIndex.from_arrays([np.arange(len(X)) % 3, np.zeros(len(X))])
    out = in_frame(estimator, X.set_index(index))
    pd.testing.assert_index_equal(out.index, index)
    pd.testing.assert_frame_equal(out.reset_index(drop=True), in_frame(estimator, X))


@EVERY
def test_polars_answers_as_pandas(estimator, X):
    expected = in_frame(estimator, X)
    got = clone(estimator).set_output(transform="polars").fit(pl.from_pandas(X), Y).transform(pl.from_pandas(X))
    assert got.columns == list(expected.columns)
    for name in got.columns:
        ours, theirs = got[name].to_list(), expected[name].tolist()
        assert all(a == b or (a is None and pd.isna(b)) or (a != a and b != b) for a, b in zip(ours, theirs)), name


@EVERY
def test_the_table_is_left_alone(estimator, X):
    before = X.copy(deep=True)
    in_frame(estimator, X)
    pd.testing.assert_frame_equal(X, before)


CATEGORICAL = ("counts", "target mean", "evidence", "rare")


@pytest.mark.parametrize("name", CATEGORICAL)
@pytest.mark.parametrize(
    "column",
    [
        np.array(["a", 1, None, 2.5, "a", np.nan, True, b"x"] * 5, dtype=object),
        np.array(["é", "e\u0301", "🙂", "\u202eabc", "a\x00b", "", " ", "nan"] * 5, dtype=object),
        np.array(["x" * 100_000, "y"] * 20, dtype=object),
    ],
    ids=["mixed types", "unicode", "long"],
)
def test_strange_categories(name, column):
    X, y = pd.DataFrame({"c": pd.Series(column, dtype=object)}), np.arange(40) // 2 % 2
    fitted = clone(CASES[name][0]).fit(X, y)
    assert len(fitted.transform(X)) == 40
    counts = features.CountFeatures().fit(X).counts_[0]
    expected = pd.Series(column, dtype=object).value_counts()
    assert sum(counts.values()) == expected.sum()
    assert len(counts) == len(expected)


@pytest.mark.parametrize("name", CATEGORICAL)
def test_a_list_in_a_cell_is_refused(name):
    X = pd.DataFrame({"c": [["a"], ["b"]]})
    with pytest.raises(TypeError, match="column 'c' holds a list"):
        clone(CASES[name][0]).fit(X, [0, 1])


@pytest.mark.parametrize("name", CATEGORICAL)
def test_a_hundred_thousand_levels(name):
    X = pd.DataFrame({"c": np.arange(100_000).astype(str)})
    out = clone(CASES[name][0]).fit(X, np.arange(100_000) % 2).transform(X[:10])
    assert len(out) == 10


@EVERY
def test_a_column_of_another_kind_is_refused(estimator, X):
    fitted = clone(estimator).fit(X, Y)
    used = fitted.columns_[0]
    spoilt = X.assign(**{used: "text" if X[used].dtype.kind in "fiM" else pd.Timestamp(2024, 1, 1)})
    with pytest.raises(ValueError, match=f"column '{used}'"):
        fitted.transform(spoilt)


@EVERY
def test_columns_in_another_order_are_refused_by_name(estimator, X):
    with pytest.raises(ValueError, match="feature names should match"):
        clone(estimator).fit(X, Y).transform(X[X.columns[::-1]])


def test_names_that_a_builder_would_write_itself():
    with pytest.raises(ValueError, match="'city_count' twice; rename the input column"):
        features.CountFeatures().fit(MIXED.assign(city_count=1.0))


def test_formulas_in_names_and_values_stay_text():
    X = pd.DataFrame({"=cmd()": ["=1+1", "@x"], "__import__": [1.0, 2.0]})
    out = features.CrossFeatures(["=cmd()", "__import__"]).set_output(transform="pandas").fit_transform(X)
    assert out["=cmd() & __import__"][0] == "=1+1 & [-inf, 2)"
