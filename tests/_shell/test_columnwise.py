"""The shell with the smallest technique there is: subtract the mean of a column."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_mlknow._shell.columnwise import COLUMN_RULES, ColumnwiseTransformer
from sklearn_mlknow._shell.parameters import InvalidParameter, Real


class Centre(ColumnwiseTransformer):
    """Subtract `share` of the weighted mean; a summary is (weight, weighted sum)."""

    _rules = {**COLUMN_RULES, "share": [Real(0, 1)]}

    def __init__(self, share=1.0, *, columns=None, remainder="passthrough"):
        self.share = share
        self.columns = columns
        self.remainder = remainder

    def _summarise(self, table, index, target, weights):
        column = table.number(index)
        seen = ~np.isnan(column) if column.dtype.kind == "f" else np.ones(len(column), dtype=bool)
        if column.dtype.kind == "f" and np.isinf(column).any():
            raise ValueError(f"Centre: column {table.names[index]!r} holds inf")
        weights = np.ones(len(column)) if weights is None else weights
        return weights[seen].sum(), (weights[seen] * column[seen]).sum()

    def _merge(self, ours, theirs):
        return ours[0] + theirs[0], ours[1] + theirs[1]

    def _learn(self, summaries):
        self.means_ = [total / weight if weight else 0.0 for weight, total in summaries]

    def _apply(self, table, index, place):
        return table.number(index) - self.share * self.means_[place]


@parametrize_with_checks([Centre()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


FRAME = pd.DataFrame(
    {
        "city": pd.Categorical(["a", "b", None]),
        "age": [1.0, 3.0, np.nan],
        "when": pd.to_datetime(["2020", "2021", "2022"]),
        "rooms": np.array([1, 2, 3], dtype=np.int8),
    },
    index=[7, 7, 3],
)


def test_pandas_keeps_index_order_and_dtypes():
    out = Centre().set_output(transform="pandas").fit_transform(FRAME)
    assert list(out.columns) == list(FRAME.columns)
    assert list(out.index) == [7, 7, 3]
    assert out["city"].dtype == FRAME["city"].dtype
    assert out["when"].dtype == FRAME["when"].dtype
    np.testing.assert_array_equal(out["age"], [-1, 1, np.nan])
    np.testing.assert_array_equal(out["rooms"], [-1, 0, 1])


def test_polars_in_polars_out():
    frame = pl.DataFrame({"city": ["a", None], "age": [1.0, 3.0]})
    out = Centre().set_output(transform="polars").fit_transform(frame)
    assert out.to_dict(as_series=False) == {"city": ["a", None], "age": [-1.0, 1.0]}


def test_polars_in_pandas_out():
    frame = pl.DataFrame({"city": ["a", None], "age": [1.0, 3.0]})
    out = Centre().set_output(transform="pandas").fit_transform(frame)
    assert out["city"].isna().tolist() == [False, True]
    assert out["age"].tolist() == [-1.0, 1.0]


def test_default_output_is_an_array():
    out = Centre().fit_transform(FRAME)
    assert out.dtype == object
    assert out[:, 1].tolist()[:2] == [-1.0, 1.0]
    assert Centre(columns=["rooms"], remainder="drop").fit_transform(FRAME).tolist() == [[-1.0], [0.0], [1.0]]


def test_drop_leaves_only_its_own_columns():
    dropping = Centre(columns=["age"], remainder="drop").set_output(transform="pandas")
    assert list(dropping.fit_transform(FRAME).columns) == ["age"]
    assert dropping.get_feature_names_out().tolist() == ["age"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["city"], "column 'city' is of kind category, but this works on number"),
        (["ages"], "columns names 'ages', which X has not"),
        (["age", "age"], "names a column twice"),
        ([], "columns is empty"),
        ([9], "columns names 9"),
    ],
)
def test_wrong_columns_are_named(columns, message):
    with pytest.raises(ValueError, match=message):
        Centre(columns=columns).fit(FRAME)


def test_table_without_numbers():
    with pytest.raises(ValueError, match=r"Centre: no column is of kind number; the table holds 'city' \(category\)"):
        Centre().fit(FRAME[["city"]])


def test_columns_by_position_and_by_callable():
    assert Centre(columns=[1]).fit(FRAME).columns_ == ["age"]
    assert Centre(columns=lambda X: ["rooms"]).fit(FRAME).columns_ == ["rooms"]


def test_a_column_that_changes_its_kind():
    fitted = Centre(columns=["age"]).fit(FRAME)
    with pytest.raises(ValueError, match="column 'age' is of kind category but was of kind number in fit"):
        fitted.transform(FRAME.assign(age=["1", "2", "3"]))


def test_rule_of_a_parameter():
    with pytest.raises(InvalidParameter, match=r"Centre: share must be a number in \[0, 1\], got 2."):
        Centre(share=2).fit(FRAME)


def test_batches_and_merging():
    numbers = FRAME[["age", "rooms"]]
    whole = Centre().fit(numbers)
    in_batches = Centre().partial_fit(numbers[:1]).partial_fit(numbers[1:])
    merged = Centre().fit(numbers[:1]).merge(Centre().fit(numbers[1:]))
    assert whole.means_ == in_batches.means_ == merged.means_ == [2.0, 2.0]


def test_merge_wants_the_same_columns():
    with pytest.raises(ValueError, match="merge needs another Centre fitted on the columns 'age'"):
        Centre(columns=["age"]).fit(FRAME).merge(Centre(columns=["rooms"]).fit(FRAME))


def test_clone_is_unfitted():
    assert not hasattr(clone(Centre().fit(FRAME)), "means_")
