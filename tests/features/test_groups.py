"""Groups against slow loops and hand-written pandas."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import GroupFeatures


def table(n_rows=200, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "city": rng.choice(np.array(["a", "b", "c", None], dtype=object), n_rows),
            "year": rng.integers(2000, 2003, n_rows),
            "price": rng.normal(5, 2, n_rows).round(1),
            "rooms": rng.integers(1, 5, n_rows).astype(float),
        }
    )
    X.loc[rng.random(n_rows) < 0.1, "price"] = np.nan
    return X


ALL = ("mean", "std", "min", "max", "median", "count", "nunique")


def test_every_statistic_like_pandas():
    X = table()
    builder = GroupFeatures(
        ["city", "year"], columns=["price"], statistics=ALL, relative=("difference", "ratio", "zscore")
    )
    out = builder.set_output(transform="pandas").fit_transform(X)
    group = X.groupby(["city", "year"], dropna=False)["price"]
    by = "_by_city_and_year"
    for statistic in ("mean", "min", "max", "median", "nunique"):
        np.testing.assert_allclose(out[f"price_{statistic}{by}"], group.transform(statistic), rtol=1e-12)
    std = group.transform(lambda column: column.std(ddof=0))
    np.testing.assert_allclose(out[f"price_std{by}"], std, rtol=1e-9)
    np.testing.assert_allclose(out[f"count{by}"], X.groupby(["city", "year"], dropna=False)["rooms"].transform("size"))
    mean = group.transform("mean")
    np.testing.assert_allclose(out[f"price_minus_mean{by}"], X["price"] - mean, atol=1e-12)
    np.testing.assert_allclose(out[f"price_over_mean{by}"], X["price"] / mean, rtol=1e-12)
    np.testing.assert_allclose(out[f"price_zscore{by}"], (X["price"] - mean) / std, atol=1e-9)


def test_rank_by_a_slow_loop():
    X = table(60)
    builder = GroupFeatures(
        "city", columns=["price"], statistics=(), relative="rank", keep_inputs=False, remainder="drop"
    )
    out = builder.fit_transform(X).ravel()
    city = X["city"].fillna("missing")
    for row in range(60):
        price = X["price"][row]
        group = X["price"][city == city[row]].dropna()
        expected = np.nan if np.isnan(price) else ((group < price).mean() + (group <= price).mean()) / 2
        np.testing.assert_allclose(out[row], expected)


def test_groups_not_seen_fall_back_to_all_rows():
    X = table()
    builder = GroupFeatures("city", columns=["price"], statistics=ALL, keep_inputs=False, remainder="drop").fit(X)
    out = builder.set_output(transform="pandas").transform(X[:1].assign(city="new", price=1.0)).iloc[0]
    assert out["price_mean_by_city"] == pytest.approx(X["price"].mean())
    assert out["price_median_by_city"] == pytest.approx(X["price"].median())
    assert out["price_max_by_city"] == X["price"].max()
    assert out["count_by_city"] == 0
    assert out["price_minus_mean_by_city"] == pytest.approx(1 - X["price"].mean())


def test_smoothing_adds_rows_like_all_rows():
    X = pd.DataFrame({"city": list("aab"), "price": [1.0, 3.0, 8.0]})
    out = GroupFeatures("city", statistics="mean", relative=(), smoothing=2.0, keep_inputs=False).fit_transform(X)
    np.testing.assert_allclose(out.ravel(), [(4 + 8) / 4, 3.0, (8 + 8) / 3])


def test_leave_one_out_by_a_slow_loop():
    X = table(50)
    weights = np.random.default_rng(1).integers(1, 4, 50).astype(float)
    builder = GroupFeatures("city", columns=["price"], statistics=("mean", "std", "count"), leave_one_out=True)
    out = builder.set_output(transform="pandas").fit_transform(X, sample_weight=weights)
    city = X["city"].fillna("missing")
    for row in range(50):
        alike = (city == city[row]) & (X.index != row)
        known = alike & X["price"].notna()
        mean = np.average(X["price"][known], weights=weights[known])
        assert out["price_mean_by_city"][row] == pytest.approx(mean)
        assert out["count_by_city"][row] == pytest.approx(weights[alike].sum())
        variance = np.average((X["price"][known] - mean) ** 2, weights=weights[known])
        assert out["price_std_by_city"][row] == pytest.approx(np.sqrt(variance))
    assert (builder.transform(X)["price_mean_by_city"] != out["price_mean_by_city"]).any()


def test_a_row_alone_in_its_group_gets_the_usual_when_left_out():
    X = pd.DataFrame({"city": list("aab"), "price": [1.0, 3.0, 8.0]})
    out = GroupFeatures("city", statistics="mean", relative=(), leave_one_out=True, keep_inputs=False).fit_transform(X)
    np.testing.assert_allclose(out.ravel(), [3.0, 1.0, 2.0])


def test_batches_and_merge_equal_the_whole():
    X = table()
    statistics = ("mean", "std", "min", "max", "count")
    whole = GroupFeatures(["city", "year"], statistics=statistics).fit(X)
    parts = GroupFeatures(["city", "year"], statistics=statistics).fit(X[:30])
    parts.partial_fit(X[30:31]).partial_fit(X[31:120]).merge(
        GroupFeatures(["city", "year"], statistics=statistics).fit(X[120:])
    )
    assert parts.n_groups_ == whole.n_groups_
    np.testing.assert_allclose(
        parts.transform(X)[:, 4:].astype(float), whole.transform(X)[:, 4:].astype(float), rtol=1e-9, atol=1e-9
    )
    with pytest.raises(ValueError, match="'median' cannot be learned in batches"):
        GroupFeatures("city", statistics="median").fit(X).partial_fit(X)


def test_weight_two_is_the_row_twice_and_zero_the_row_removed():
    X = table(80)
    weights = np.random.default_rng(1).integers(0, 3, 80)
    builder = GroupFeatures(["city", "year"], statistics=ALL, relative=("rank", "zscore"))
    weighted = builder.fit(X, sample_weight=weights).transform(X)[:, 4:].astype(float)
    repeated = builder.fit(X.loc[X.index.repeat(weights)].reset_index(drop=True)).transform(X)[:, 4:].astype(float)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-9, atol=1e-9)


def test_many_key_combinations_use_a_search_instead_of_a_table():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(0, 400, (500, 3)), rng.normal(size=500)]).astype(float)
    out = GroupFeatures([0, 1, 2], statistics=("count", "mean"), relative=()).fit_transform(X)
    expected = pd.DataFrame(X).groupby([0, 1, 2])[3].transform("mean")
    np.testing.assert_allclose(out[:, 5], expected)
    assert out[:, 4].min() == 1


def test_polars_alike():
    X = table()
    builder = GroupFeatures("city")
    np.testing.assert_array_equal(
        builder.fit_transform(pl.from_pandas(X))[:, 4:].astype(float), builder.fit_transform(X)[:, 4:].astype(float)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"by": "nope"}, "names 'nope', which X has not"),
        ({"by": "city", "statistics": "mode"}, "statistics must be of"),
        ({"by": "city", "relative": "percent"}, "relative must be of"),
        ({"by": "city", "statistics": (), "relative": ()}, "both empty"),
        ({"by": "city", "statistics": "median", "leave_one_out": True}, "cannot leave a row out of 'median'"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        GroupFeatures(**arguments).fit(table(20))


def test_only_keys_can_still_be_counted():
    X = pd.DataFrame({"city": list("aab")})
    assert GroupFeatures("city", statistics="count", keep_inputs=False).fit_transform(X).ravel().tolist() == [2, 2, 1]


@pytest.mark.parametrize("leave_one_out", [False, True])
def test_numbers_at_the_end_of_the_range_give_missing_never_infinity(leave_one_out):
    X = pd.DataFrame({"k": [1, 1, 2, 2], "v": [1.7e308, -1.7e308, 1.0, 1e-300]})
    builder = GroupFeatures("k", relative=("difference", "ratio", "zscore"), smoothing=2.0, leave_one_out=leave_one_out)
    out = builder.fit_transform(X)
    assert not np.isinf(out).any()
    assert not np.isinf(builder.transform(X.assign(v=X["v"][::-1].to_numpy()))).any()


def test_leave_one_out_falls_back_on_the_other_rows_and_smoothing_too():
    X = pd.DataFrame({"city": list("aab"), "price": [1.0, 3.0, 8.0]})
    builder = GroupFeatures("city", statistics="mean", relative=(), leave_one_out=True, smoothing=1.0)
    out = builder.fit_transform(X)[:, 2].astype(float)
    np.testing.assert_allclose(out, [(3 + 5.5) / 2, (1 + 4.5) / 2, 2.0])  # one imaginary row like all other rows


def test_smoothing_leaves_a_constant_column_exactly_as_it_is():
    X = pd.DataFrame({"k": list("aabbb"), "v": [0.1] * 5})
    out = GroupFeatures("k", relative="zscore", smoothing=0.7, keep_inputs=False).fit_transform(X)
    assert out.tolist() == [[0.1, 0.0, 0.0]] * 5


def test_small_weights_keep_their_medians_beside_huge_ones():
    X = pd.DataFrame({"k": list("aabbb"), "v": [1.0, 2.0, 5.0, 6.0, 9.0]})
    weights = [1e9, 1e9, 1e-3, 1e-3, 1e-3]
    builder = GroupFeatures("k", statistics="median", relative="rank", keep_inputs=False)
    out = builder.fit_transform(X, sample_weight=weights)
    np.testing.assert_allclose(out[2:], [[6, 1 / 6], [6, 1 / 2], [6, 5 / 6]], rtol=1e-3)


def test_builders_of_other_roles_are_not_merged():
    X = pd.DataFrame({"a": [1, 2], "b": [3, 4], "v": [1.0, 2.0]})
    one = GroupFeatures("a", columns=["b"]).fit(X)
    with pytest.raises(ValueError, match="in the same roles"):
        one.merge(GroupFeatures("b", columns=["a"]).fit(X))


@pytest.mark.parametrize("by", [[], ["city", "city"]])
def test_keys_are_named_once(by):
    with pytest.raises(ValueError, match="by must name at least one key, and each once"):
        GroupFeatures(by).fit(table(20))


def test_compiled_loops_answer_the_same_bits(monkeypatch):
    from sklearn_mlknow.kernels.compiling import Compiled

    X, answers = table(3000), []
    X.loc[X["city"] == "c", "price"] = 7.0
    for pays in (False, True):
        monkeypatch.setattr(Compiled, "pays_for", lambda self, n_values, pays=pays: pays)
        relative = ("rank", "difference", "ratio", "zscore")
        builder = GroupFeatures(["city", "year"], statistics=ALL, relative=relative, keep_inputs=False)
        answers.append(np.vstack([builder.fit_transform(X), builder.transform(X.assign(year=2002, city="a"))]))
    np.testing.assert_array_equal(*answers)
    assert np.isfinite(answers[0]).any(axis=0).all()


def test_batches_that_bring_too_many_combinations_are_refused():
    rng, names = np.random.default_rng(0), list("abcde")
    batches = [
        pd.DataFrame({name: rng.permutation(3000) + start for name in names} | {"v": rng.normal(size=3000)})
        for start in (0, 3000, 6000)
    ]
    builder = GroupFeatures(names, relative=()).fit(batches[0]).partial_fit(batches[1])
    with pytest.raises(ValueError, match="GroupFeatures: the keys have too many combinations"):
        builder.partial_fit(batches[2])
    assert builder.n_groups_ == 6000
