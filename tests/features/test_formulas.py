"""Formulas as a transformer."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import FormulaFeatures

PEOPLE = pd.DataFrame({"weight": [80.0, 63.0], "height": [2.0, 0.0], "sex": ["f", "m"], "id": [1, 2]})


def test_columns_are_appended_and_named():
    builder = FormulaFeatures({"bmi": "weight / height**2", "is_f": 'sex == "f"'}).set_output(transform="pandas")
    out = builder.fit_transform(PEOPLE)
    assert list(out.columns) == ["weight", "height", "sex", "id", "bmi", "is_f"]
    np.testing.assert_array_equal(out["bmi"], [20, np.nan])
    assert out["is_f"].tolist() == [1.0, 0.0]
    assert out["id"].dtype == PEOPLE["id"].dtype
    assert builder.columns_ == ["weight", "height", "sex"]


def test_inputs_and_the_rest_may_go():
    builder = FormulaFeatures({"bmi": "weight / height**2"}, keep_inputs=False)
    assert builder.fit(PEOPLE).get_feature_names_out().tolist() == ["sex", "id", "bmi"]
    builder = FormulaFeatures({"bmi": "weight / height**2"}, keep_inputs=False, remainder="drop")
    assert builder.fit(PEOPLE).get_feature_names_out().tolist() == ["bmi"]


def test_polars_in_polars_out():
    out = FormulaFeatures({"twice": "2 * weight"}).set_output(transform="polars").fit_transform(pl.from_pandas(PEOPLE))
    assert out["twice"].to_list() == [160.0, 126.0]
    assert out["sex"].dtype == pl.String


def test_small_integers_do_not_wrap():
    X = np.array([[-128], [127]], dtype=np.int8)
    assert FormulaFeatures({"a": "abs(x0) * 2"}).fit_transform(X)[:, 1].tolist() == [256.0, 254.0]


@pytest.mark.parametrize(
    ("formulas", "message"),
    [
        ({}, "formulas is empty"),
        ({"a": "wieght * 2"}, "reads column 'wieght', which X has not; it has 'weight'"),
        ({"a": "weight +"}, r"formula 'a': expected a column"),
        ({"a": "weight + sex"}, "formula 'a': a text cannot be calculated with"),
        ({1: "weight"}, "the name of a formula is a text"),
        ({"weight": "height"}, "the output would hold 'weight' twice"),
        ({"a": 3}, "a formula is a text, got 3"),
    ],
)
def test_errors(formulas, message):
    with pytest.raises(ValueError, match=message):
        FormulaFeatures(formulas).fit(PEOPLE)


def test_times_are_refused():
    X = pd.DataFrame({"when": pd.to_datetime(["2024-01-01"])})
    with pytest.raises(ValueError, match="'when', which holds times; turn it into numbers with DatetimeFeatures"):
        FormulaFeatures({"a": "when"}).fit(X)


def test_infinite_inputs_are_refused():
    with pytest.raises(ValueError, match="column 'x0' holds infinity"):
        FormulaFeatures({"a": "1 / x0"}).fit(np.array([[np.inf]]))


def test_batches_are_only_checked():
    builder = FormulaFeatures({"bmi": "weight / height**2"}).partial_fit(PEOPLE[:1]).partial_fit(PEOPLE[1:])
    assert builder.get_feature_names_out()[-1] == "bmi"
    with pytest.raises(ValueError, match="column 'weight' holds infinity"):
        builder.partial_fit(PEOPLE.assign(weight=np.inf))
