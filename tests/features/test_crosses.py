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


def test_only_what_occurs_costs_memory():
    wide = np.random.default_rng(0).permutation(9000)[:, None].repeat(4, axis=1)
    texts = pd.DataFrame(wide.astype(str), columns=list("abcd"))
    builder = CrossFeatures(degree=4, min_frequency=1, output="code", keep_inputs=False).fit(texts)
    assert sorted(builder.transform(texts).ravel().tolist()) == list(range(1, 9001))
    many = texts.assign(e=texts["a"], f=texts["a"])
    with pytest.raises(ValueError, match="too many combinations to number; fold rare values first"):
        CrossFeatures(degree=5).fit(many)


def test_no_two_combinations_are_written_alike():
    table = pd.DataFrame(
        {
            "x": pd.Series(["a & b", "a", 1, "1", "missing", None, "'1'"], dtype=object),
            "y": ["c", "b & c", "c", "c", "c", "c", "c"],
            "z": [1000000.1, 1000000.2, 1000000.3, 1000000.4, 1000000.5, 1000000.6, 1000000.7],
        }
    )
    texts = CrossFeatures(min_frequency=1, keep_inputs=False, remainder="drop").fit_transform(table)[:, 0].tolist()
    assert texts == ["'a & b' & c", "a & 'b & c'", "1 & c", "'1' & c", "'missing' & c", "missing & c", "''1'' & c"]
    crossed = CrossFeatures(["y", "z"], n_bins=7, min_frequency=1, keep_inputs=False, remainder="drop")
    assert len(set(crossed.fit_transform(table).ravel())) == 7


def test_weight_two_is_the_row_twice_and_zero_the_row_removed():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.choice(list("abc"), 60), "y": rng.choice(list("uvw"), 60), "z": rng.normal(size=60)})
    weights = rng.integers(0, 3, 60)
    weights[table["x"] == "c"] = 0
    builder = CrossFeatures(["x", "y", "z"], min_frequency=0.1, output="code", keep_inputs=False)
    weighted = builder.fit(table, sample_weight=weights).transform(table)
    repeated = builder.fit(table.loc[table.index.repeat(weights)].reset_index(drop=True)).transform(table)
    np.testing.assert_array_equal(weighted, repeated)


@pytest.mark.parametrize(("columns", "degree", "message"), [(["city"], 2, "only 'city'"), (None, 3, "degree=3 needs")])
def test_too_few_columns(columns, degree, message):
    with pytest.raises(ValueError, match=message):
        CrossFeatures(columns, degree=degree).fit(X)
