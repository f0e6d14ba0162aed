"""Crossed categories."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.features import CrossFeatures

X = pd.DataFrame({"city": ["a", "a", "b", None], "tone": ["u", "v", "u", "u"], "age": [1.0, 2.0, 3.0, np.nan]})


def test_texts_codes_and_missing_values():
    assert CrossFeatures().fit_transform(X)[:, -1].tolist() == ["a & u", "a & v", "b & u", "missing & u"]
    assert CrossFeatures(output="code", keep_inputs=False, remainder="drop").fit_transform(X).ravel().tolist() == [
        1,
        2,
        3,
        4,
    ]
    codes = CrossFeatures(output="code", handle_missing="propagate", keep_inputs=False, remainder="drop").fit_transform(
        X
    )
    np.testing.assert_array_equal(codes.ravel(), [1, 2, 3, np.nan])
    out = CrossFeatures(handle_missing="propagate").set_output(transform="pandas").fit_transform(X)
    assert out["city & tone"].isna().tolist() == [False, False, False, True]
    with pytest.raises(ValueError, match="column 'city' holds missing values"):
        CrossFeatures(handle_missing="error").fit(X)


def test_bins_of_numbers_are_left_closed():
    out = CrossFeatures(["tone", "age"], n_bins=2).fit_transform(X)[:, -1].tolist()
    assert out == ["u & [-inf, 2)", "v & [2, inf)", "u & [2, inf)", "u & missing"]


def test_rare_and_unseen_combinations_are_folded():
    many = pd.concat([X] * 3 + [pd.DataFrame({"city": ["b"], "tone": ["v"], "age": [1.0]})])
    builder = CrossFeatures(min_frequency=2, keep_inputs=False, remainder="drop").fit(many)
    new = pd.DataFrame({"city": ["b", "a", "new"], "tone": ["v", "u", "u"], "age": [1.0, 1.0, 1.0]})
    assert builder.transform(new).ravel().tolist() == ["rare", "a & u", "rare"]


def test_degree_three_names():
    builder = CrossFeatures(["city", "tone", "age"], degree=3).fit(X)
    assert builder.crosses_ == [("city", "tone", "age")]
    assert builder.get_feature_names_out()[-1] == "city & tone & age"


def test_too_many_combinations():
    wide = np.random.default_rng(0).permutation(9000)[:, None].repeat(2, axis=1)
    with pytest.raises(ValueError, match="combinations; fold rare values first"):
        CrossFeatures(output="code").fit(pd.DataFrame(wide.astype(str), columns=["a", "b"]))
