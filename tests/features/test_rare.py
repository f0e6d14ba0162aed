"""Rare categories."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import RareCategoryGrouper

CITY = ["Rome"] * 6 + ["Oslo"] * 3 + ["Bonn"]


@pytest.mark.parametrize(
    ("least", "kept"), [(1, ["Bonn", "Oslo", "Rome"]), (3, ["Oslo", "Rome"]), (0.31, ["Rome"]), (0.3, ["Oslo", "Rome"])]
)
def test_rows_and_shares(least, kept):
    grouper = RareCategoryGrouper(least).fit(pd.DataFrame({"city": CITY}))
    assert grouper.frequent_[0].tolist() == kept


def test_category_dtype_and_its_order_stay():
    column = pd.Categorical([*CITY, None], categories=["Rome", "Bonn", "Oslo", "never"])
    out = (
        RareCategoryGrouper(3)
        .set_output(transform="pandas")
        .fit_transform(pd.DataFrame({"city": column}, index=range(11, 0, -1)))
    )
    assert list(out["city"].cat.categories) == ["Rome", "Oslo", "rare"]
    assert out["city"].tolist()[-3:-1] == ["Oslo", "rare"]
    assert out["city"].isna().tolist() == [False] * 10 + [True]
    assert out.index.tolist() == list(range(11, 0, -1))


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_polars_dtypes_stay(dtype):
    X = pl.DataFrame({"city": pl.Series([*CITY, None], dtype=dtype)})
    out = RareCategoryGrouper(3).set_output(transform="polars").fit_transform(X)
    assert out["city"].dtype == dtype
    assert out["city"].to_list()[-3:] == ["Oslo", "rare", None]


def test_text_dtype_stays():
    X = pd.DataFrame({"city": pd.Series(CITY, dtype="str")})
    out = RareCategoryGrouper(3, rare_label="other").set_output(transform="pandas").fit_transform(X)
    assert out["city"].dtype == X["city"].dtype
    assert out["city"].iloc[-1] == "other"


def test_numbers_become_missing_or_a_number():
    X = np.array([[1.0], [1.0], [2.0]])
    assert np.isnan(RareCategoryGrouper(2, columns=[0]).fit_transform(X)).ravel().tolist() == [False, False, True]
    assert RareCategoryGrouper(2, columns=[0], rare_label=-9).fit_transform(X).ravel().tolist() == [1, 1, -9]


def test_unknown_values():
    X, new = pd.DataFrame({"city": CITY}), pd.DataFrame({"city": ["new", "Rome"]})
    assert RareCategoryGrouper(2).fit(X).transform(new).ravel().tolist() == ["rare", "Rome"]
    out = RareCategoryGrouper(2, handle_unknown="missing").set_output(transform="pandas").fit(X).transform(new)
    assert out["city"].isna().tolist() == [True, False]


def test_batches():
    X = pd.DataFrame({"city": CITY})
    assert RareCategoryGrouper(3).fit(X[:5]).partial_fit(X[5:]).frequent_[0].tolist() == ["Oslo", "Rome"]
