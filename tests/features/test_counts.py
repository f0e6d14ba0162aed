"""Count encoding."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import CountFeatures

X = pd.DataFrame({"city": ["Rome", "Oslo", "Rome", None], "zip": [1, 1, 1, 2]})


def test_counts_shares_logarithms():
    builder = CountFeatures(("count", "share", "log_count")).set_output(transform="pandas").fit(X)
    out = builder.transform(pd.DataFrame({"city": ["Rome", "Bonn", None], "zip": [1, 2, 3]}))
    assert out["city_count"].tolist() == [2, 0, 1]
    assert out["city_share"].tolist() == [0.5, 0, 0.25]
    np.testing.assert_allclose(out["city_log_count"], np.log([3, 1, 2]))
    assert builder.counts_ == [{"Oslo": 1.0, "Rome": 2.0}]


def test_numbers_are_counted_only_by_name():
    assert CountFeatures().fit(X).columns_ == ["city"]
    assert CountFeatures(columns=["zip"], keep_inputs=False, remainder="drop").fit_transform(X).ravel().tolist() == [
        3,
        3,
        3,
        1,
    ]


def test_weights_batches_and_merge():
    weighted = CountFeatures().fit(X, sample_weight=[1, 0, 2, 1])
    assert weighted.counts_ == [{"Rome": 3.0}]
    batches = CountFeatures().partial_fit(X[:2]).partial_fit(X[2:])
    assert batches.counts_ == CountFeatures().fit(X).counts_
    assert CountFeatures().fit(X[:2]).merge(CountFeatures().fit(X[2:])).counts_ == batches.counts_


def test_missing_values():
    assert np.isnan(CountFeatures(handle_missing="propagate", keep_inputs=False).fit_transform(X[["city"]])[3, 0])
    with pytest.raises(ValueError, match="column 'city' holds missing values in 1 rows"):
        CountFeatures(handle_missing="error").fit(X)


def test_a_category_unused_in_fit_counts_nothing():
    column = pd.Categorical(["a", "a"], categories=["z", "a", "b"])
    assert CountFeatures().fit(pd.DataFrame({"c": column})).counts_ == [{"a": 2.0}]


def test_polars():
    out = CountFeatures().set_output(transform="polars").fit_transform(pl.from_pandas(X))
    assert out["city_count"].to_list() == [2, 1, 2, 1]


def test_unknown_statistic():
    with pytest.raises(ValueError, match="statistics must be of"):
        CountFeatures("mode").fit(X)


def test_a_column_without_values_has_any_kind():
    nothing = pd.DataFrame({"city": np.array([None], dtype=object), "zip": [1]})
    assert CountFeatures().set_output(transform="pandas").fit(X).transform(nothing)["city_count"].tolist() == [1]
