import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression
from sklearn.metrics import mutual_info_score

from sklearn_mlknow.selection import MutualInformationSelector


def mixed(n_rows=400, seed=0):
    """A table whose columns each tell something in their own way, and three that tell nothing."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_rows)
    frame = pd.DataFrame(
        {
            "shifted": rng.normal(size=n_rows) + y,
            "wider": rng.normal(size=n_rows) * (1 + 3 * y),
            "level": np.where(rng.random(n_rows) < 0.8, np.where(y, "b", "a"), "c"),
            "absent": np.where(rng.random(n_rows) < 0.2 + 0.6 * y, np.nan, rng.normal(size=n_rows)),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 50, n_rows) + 30 * y, unit="D"),
            "noise": rng.normal(size=n_rows),
            "coin": pd.Categorical(rng.choice(["x", "y"], n_rows)),
            "id": [f"row{i}" for i in range(n_rows)],
        }
    )
    return frame, y


TELLING = ["shifted", "wider", "level", "absent", "when"]


@pytest.mark.parametrize("method", ["binned", "nearest"])
def test_finds_what_tells_on_a_mixed_table(method):
    X, y = mixed()
    if method == "nearest":
        X = X.drop(columns="id")  # without pooling every row has a level of its own
    selector = MutualInformationSelector(method=method, random_state=0).fit(X, y)
    assert selector.get_feature_names_out().tolist() == TELLING


def test_same_from_polars():
    X, y = mixed()
    ours = MutualInformationSelector(3).fit(X, y)
    theirs = MutualInformationSelector(3).fit(pl.from_pandas(X), y)
    np.testing.assert_allclose(theirs.scores_, ours.scores_, rtol=1e-12, atol=1e-15)


def test_scores_of_codes_by_hand():
    """Codes as they are: mutual information minus (cells - rows - columns + 1) / 2n."""
    X = np.repeat([[0.0], [1.0]], 10, axis=0)
    y = np.array([0] * 8 + [1] * 2 + [0] * 3 + [1] * 7)
    selector = MutualInformationSelector(1).fit(X, y)
    assert selector.scores_[0] == pytest.approx(mutual_info_score(X[:, 0], y) - (4 - 2 - 2 + 1) / 40, abs=1e-12)


def test_dtypes_stay():
    X, y = mixed()
    selector = MutualInformationSelector(0.99).set_output(transform="pandas").fit(X, y)
    out = selector.transform(X)
    assert len(out.columns) == 7
    pd.testing.assert_frame_equal(out, X[out.columns])


@pytest.mark.parametrize("n_neighbors", [3, 5])
def test_nearest_is_scikit_learns(n_neighbors):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    X[:, 3] = rng.integers(0, 4, 300)
    number = X[:, 0] + X[:, 1] ** 2 + rng.normal(size=300)
    for y, theirs in ((number > 1, mutual_info_classif), (number, mutual_info_regression)):
        ours = MutualInformationSelector(2, method="nearest", n_neighbors=n_neighbors, random_state=5).fit(X, y)
        expected = theirs(X, y, n_neighbors=n_neighbors, random_state=5)
        np.testing.assert_allclose(ours.scores_, expected, atol=1e-12)


def test_nearest_with_missing_values_follows_the_chain_rule():
    rng = np.random.default_rng(0)
    column, y = rng.normal(size=600), rng.integers(0, 2, 600)
    column = column + y
    is_missing = rng.random(600) < np.where(y, 0.5, 0.1)
    X = np.where(is_missing, np.nan, column)[:, None]
    score = MutualInformationSelector(1, method="nearest", random_state=0).fit(X, y).scores_[0]
    present = MutualInformationSelector(1, method="nearest", random_state=1).fit(X[~is_missing], y[~is_missing])
    expected = mutual_info_score(is_missing, y) + (~is_missing).mean() * present.scores_[0]
    assert score == pytest.approx(expected, abs=2e-3)  # the noise is drawn for other rows


def test_batches_are_the_whole():
    X, y = mixed()
    X = X.drop(columns="id")
    X = X.assign(shifted=X["shifted"].round(1), wider=X["wider"].round(1))
    whole = MutualInformationSelector(random_state=0).fit(X, y)
    batches = MutualInformationSelector(random_state=0)
    for start in range(0, 400, 100):
        batches.partial_fit(X[start : start + 100], y[start : start + 100])
    left = MutualInformationSelector(random_state=0).fit(X[:150], y[:150])
    merged = left.merge(MutualInformationSelector(random_state=0).fit(X[150:], y[150:]))
    for other in (batches, merged):
        np.testing.assert_allclose(other.scores_, whole.scores_, rtol=1e-12, atol=1e-15)
        assert other.report_.equals(whole.report_) or np.allclose(other.report_["p_value"], whole.report_["p_value"])


def test_a_class_may_appear_later():
    X, y = np.arange(30.0)[:, None], np.repeat([0, 1, 2], 10)
    batches = MutualInformationSelector(1).partial_fit(X[:20], y[:20]).partial_fit(X[20:], y[20:])
    assert batches.crossed_.classes.tolist() == [0, 1, 2]
    np.testing.assert_allclose(batches.scores_, MutualInformationSelector(1).fit(X, y).scores_)


def test_numeric_targets_merge_with_the_same_edges():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 50, (200, 3)).astype(float), rng.normal(size=200)
    edges = [-1.0, 0.0, 1.0]
    whole = MutualInformationSelector(1, target_edges=edges).fit(X, y)
    parts = [
        MutualInformationSelector(1, target_edges=edges).fit(X[rows], y[rows]) for rows in (slice(90), slice(90, 200))
    ]
    np.testing.assert_allclose(parts[0].merge(parts[1]).scores_, whole.scores_)
    with pytest.raises(ValueError, match="same target_edges"):
        MutualInformationSelector(1).fit(X[:90], y[:90]).merge(MutualInformationSelector(1).fit(X[90:], y[90:]))


def test_weights_repeat_rows():
    X, y = mixed(150)
    weights = np.random.default_rng(1).integers(0, 4, 150)
    weighted = MutualInformationSelector(random_state=0).fit(X, y, weights)
    repeated = MutualInformationSelector(random_state=0).fit(X.loc[np.repeat(X.index, weights)], np.repeat(y, weights))
    np.testing.assert_allclose(weighted.scores_, repeated.scores_, rtol=1e-9, atol=1e-12)
    assert weighted.get_support().tolist() == repeated.get_support().tolist()


def test_noise_is_rarely_kept():
    """With 20 useless columns, one or more pass the rule in at most about alpha of the tables."""
    n_alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(150, 20)), rng.integers(0, 3, 150)
        report = MutualInformationSelector(random_state=seed).fit(X, y).report_
        n_alarms += (report["reason"] == "tells more than chance").any()
    assert n_alarms <= 8  # 3 expected; more than 8 has a chance below 1 %


def test_the_best_stays_when_nothing_tells():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(100, 5)), rng.integers(0, 2, 100)
    selector = MutualInformationSelector(random_state=0, alpha=1e-6).fit(X, y)
    assert selector.get_support().sum() == 1
    assert selector.report_["reason"][0] == "chance explains it, but no column tells more"


def test_whole_numbers_are_amounts_when_they_are_many():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 2))
    y = np.round(10 * X[:, 0] + 50).astype(int)
    selector = MutualInformationSelector(1).fit(X, y)
    assert selector.crossed_.classes is None
    assert MutualInformationSelector(1, target_type="class").fit(X, y).crossed_.classes is not None


@pytest.mark.parametrize(
    ("arguments", "change", "message"),
    [
        ({"n_features_to_select": 9}, None, "n_features_to_select is 9 but X has 8 columns"),
        ({"method": "nearest"}, "weights", "cannot weigh rows"),
        ({}, "inf", "column 'shifted' holds inf"),
        ({"n_features_to_select": 0}, None, "n_features_to_select must be"),
        ({"n_features_to_select": 1.5}, None, "n_features_to_select must be"),
    ],
)
def test_errors_name_the_remedy(arguments, change, message):
    X, y = mixed()
    if change == "inf":
        X.loc[3, "shifted"] = np.inf
    with pytest.raises(ValueError, match=message):
        MutualInformationSelector(**arguments).fit(X, y, np.ones(400) if change == "weights" else None)


def test_nearest_offers_no_batches():
    assert not hasattr(MutualInformationSelector(method="nearest"), "partial_fit")
    assert hasattr(MutualInformationSelector(), "partial_fit")


def test_edges_of_the_target_say_that_it_is_a_number():
    X, y = np.arange(40.0)[:, None], np.arange(40) % 5
    selector = MutualInformationSelector(target_edges=[1.5, 3.5]).fit(X, y)
    assert selector.crossed_.classes is None and selector.crossed_.cells[0].weights.shape[1] == 3
    with pytest.raises(ValueError, match="target_edges must increase"):
        MutualInformationSelector(target_edges=[2.0, 2.0]).fit(X, y)
    with pytest.raises(ValueError, match="target_edges cut a numeric target, but target_type is 'class'"):
        MutualInformationSelector(target_edges=[2.0], target_type="class").fit(X, y)


def test_kept_columns_go_back_to_their_places():
    X = np.array([[1.0, 5.0, np.nan], [2.0, 5.0, 1.0]] * 9)
    selector = MutualInformationSelector(2).fit(X, X[:, 0] > 1)
    assert selector.get_support().tolist() == [True, False, True]
    np.testing.assert_array_equal(selector.inverse_transform(selector.transform(X)), X * [1, 0, 1])
    with pytest.raises(ValueError, match="takes the 2 columns that were kept, got an input of shape \\(18, 3\\)"):
        selector.inverse_transform(X)


def test_bins_do_not_change_between_batches():
    X, y = np.arange(40.0)[:, None], np.arange(40) % 2
    selector = MutualInformationSelector(n_bins=4).fit(X, y)
    with pytest.raises(ValueError, match="n_bins is 9 but was 4 in the first batch; call fit"):
        selector.set_params(n_bins=9).partial_fit(X, y)
    assert selector.fit(X, y).crossed_.n_bins == 9
