"""Encoders that look at y: right by a slow loop, and no row sees its own label."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from sklearn_mlknow._shell.cross_fitting import folds_without_target
from sklearn_mlknow.features import TargetMeanEncoder, WeightOfEvidenceEncoder
from sklearn_mlknow.features.target_tables import imaginary_rows, level_means

BOTH = pytest.mark.parametrize("encoder", [TargetMeanEncoder(), WeightOfEvidenceEncoder()], ids=["mean", "woe"])


def table(n_rows=300, n_levels=8, seed=0):
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, n_levels, n_rows)
    X = pd.DataFrame({"city": np.array([f"c{key}" for key in keys], dtype=object)})
    X.loc[rng.random(n_rows) < 0.1, "city"] = None
    return X, (rng.random(n_rows) < keys / n_levels).astype(int), rng


def test_means_by_hand():
    X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo", "Oslo", None]})
    encoder = TargetMeanEncoder(smoothing=2.0).fit(X, [0, 1, 1, 1, 0])
    out = encoder.transform(pd.DataFrame({"city": ["Rome", "Oslo", None, "Bonn"]})).ravel()
    np.testing.assert_allclose(out, [(1 + 1.2) / 4, (2 + 1.2) / 4, 1.2 / 3, 0.6])


def test_numbers_by_hand():
    X = pd.DataFrame({"city": ["Rome", "Rome", "Oslo"]})
    encoder = TargetMeanEncoder(smoothing=1.0).fit(X, [0.5, 1.5, 4.0])
    np.testing.assert_allclose(encoder.transform(X).ravel(), [4 / 3, 4 / 3, 3.0])


def test_evidence_by_hand():
    X = pd.DataFrame({"city": ["Rome"] * 4 + ["Oslo"] * 4})
    out = WeightOfEvidenceEncoder(smoothing=2).fit(X, [0, 0, 0, 1, 1, 1, 1, 0]).transform(X).ravel()
    np.testing.assert_allclose(out[[0, 4]], np.log([2 / 4, 4 / 2]))


@pytest.mark.parametrize("kind", ["class", "number"])
def test_cross_fitting_by_a_slow_loop(kind):
    X, y, rng = table()
    y = y if kind == "class" else y + rng.normal(size=len(y))
    out = TargetMeanEncoder(smoothing=3.0).fit_transform(X, y).ravel()
    folds = folds_without_target("", len(y))
    city = X["city"].fillna("missing").to_numpy()
    for row in range(len(y)):
        other = folds != folds[row]
        alike = other & (city == city[row])
        assert out[row] == pytest.approx((y[alike].sum() + 3 * y[other].mean()) / (alike.sum() + 3), rel=1e-12)


@BOTH
@pytest.mark.parametrize("weighted", [False, True])
def test_flip_one_label_and_its_row_does_not_move(encoder, weighted):
    X, y, rng = table(120)
    weights = {"sample_weight": rng.random(120)} if weighted else {}
    before = encoder.fit_transform(X, y, **weights)
    for row in range(0, 120, 7):
        flipped = y.copy()
        flipped[row] = 1 - flipped[row]
        after = encoder.fit_transform(X, flipped, **weights)
        assert after[row, 0] == before[row, 0]
        assert (after != before).any()


def test_change_one_number_and_its_row_does_not_move():
    X, y, rng = table(120)
    y = rng.normal(1e6, 1, 120)
    before = TargetMeanEncoder().fit_transform(X, y)
    for row in range(0, 120, 7):
        changed = y.copy()
        changed[row] += 0.123
        assert TargetMeanEncoder().fit_transform(X, changed)[row, 0] == before[row, 0]


@BOTH
def test_noise_does_not_help(encoder):
    """Categories of many levels and a random target: a model on the encoding scores as chance does."""
    scores = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X, y = rng.integers(0, 150, (600, 1)).astype(str).astype(object), rng.integers(0, 2, 600)
        model = make_pipeline(encoder, LogisticRegression())
        scores.append(cross_val_score(model, X, y, scoring="roc_auc").mean())
        assert abs(model.fit(X, y)[-1].coef_[0, 0]) < 3
    assert abs(np.mean(scores) - 0.5) < 0.03


def test_shrinkage_by_the_analysis_of_variance():
    counts = np.array([[8.0, 2.0], [5.0, 5.0], [1.0, 9.0], [0.0, 0.0]])
    y = [np.repeat([0, 1], [int(a), int(b)]) for a, b in counts[:3]]
    means = [group.mean() for group in y]
    inside = 2 * sum(((group - group.mean()) ** 2).sum() for group in y) / (30 - 3)  # of both classes
    between = 2 * sum(10 * (mean - 0.5333333333333333) ** 2 for mean in means) / 2
    assert imaginary_rows(*level_means(counts)) == pytest.approx(inside / ((between - inside) / 10))


def test_levels_that_do_not_differ_say_nothing():
    X = pd.DataFrame({"city": list("aabb") * 5})
    out = TargetMeanEncoder().fit(X, [0, 1] * 10).transform(X)
    np.testing.assert_allclose(out, 0.5, atol=1e-9)


def test_many_classes_get_a_column_each():
    X = pd.DataFrame({"city": list("aabbcc"), "n": range(6)})
    encoder = TargetMeanEncoder(smoothing=1.0).set_output(transform="pandas").fit(X, list("uvwuvu"))
    out = encoder.transform(X)
    assert list(out.columns) == ["city_u", "city_v", "city_w", "n"]
    np.testing.assert_allclose(out[["city_u", "city_v", "city_w"]].sum(axis=1), 1)
    evidence = WeightOfEvidenceEncoder().fit(X, list("uvwuvu"))
    assert evidence.get_feature_names_out().tolist() == ["city_u", "city_v", "city_w", "n"]


@BOTH
def test_weight_two_is_the_row_twice(encoder):
    X, y, rng = table(100)
    weights = rng.integers(0, 3, 100)
    weighted = encoder.fit(X, y, sample_weight=weights).transform(X)
    repeated = encoder.fit(X.loc[X.index.repeat(weights)], np.repeat(y, weights)).transform(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-12)


@BOTH
def test_batches_with_other_classes(encoder):
    X, y, _ = table(90)
    y = np.array(["u", "v", "w"])[np.arange(90) // 30]  # each class in a batch of its own
    whole = encoder.fit(X, y).transform(X)
    batches = (
        encoder.__class__().partial_fit(X[:30], y[:30]).partial_fit(X[30:60], y[30:60]).partial_fit(X[60:], y[60:])
    )
    np.testing.assert_allclose(batches.transform(X), whole, rtol=1e-12)


def test_a_target_of_two_kinds_is_refused():
    X, y, rng = table(60)
    with pytest.raises(ValueError, match="set target_type to say which it is"):
        TargetMeanEncoder().fit(X, y).partial_fit(X, rng.normal(size=60))


@BOTH
def test_groups_share_a_fold_and_can_be_routed(encoder):
    X, y, _ = table(200)
    groups = np.arange(200) // 10
    out = encoder.fit_transform(X, y, groups=groups)
    flipped = y.copy()
    flipped[50:60] = 1 - flipped[50:60]
    assert (encoder.fit_transform(X, flipped, groups=groups)[50:60] == out[50:60]).all()
    with config_context(enable_metadata_routing=True):
        asked = encoder.__class__(cv=GroupKFold(5)).set_fit_request(groups=True, sample_weight=False)
        model = make_pipeline(asked, LogisticRegression().set_fit_request(sample_weight=False))
        model.fit(X, y, groups=groups)
        assert model[-1].coef_.shape == (1, 1)


def test_folds_that_depend_on_y_are_refused():
    X, y, _ = table(60)
    with pytest.raises(ValueError, match="cannot split without the target"):
        TargetMeanEncoder(cv=StratifiedKFold()).fit_transform(X, y)


@BOTH
def test_missing_and_unknown_values(encoder):
    X, y, _ = table()
    cls, new = encoder.__class__, pd.DataFrame({"city": [None, "new"]})
    assert np.isnan(cls(handle_missing="propagate").fit(X, y).transform(new)).ravel().tolist() == [True, False]
    both = cls(handle_missing="propagate", handle_unknown="missing").fit(X, y).transform(new)
    assert np.isnan(both).all()
    as_missing = cls(handle_unknown="missing").fit(X, y).transform(new).ravel()
    assert as_missing[0] == as_missing[1] != 0
    with pytest.raises(ValueError, match="column 'city' holds missing values"):
        cls(handle_missing="error").fit(X, y)
    with pytest.raises(ValueError, match="column 'city' holds 'new', which fit has not seen"):
        cls(handle_unknown="error").fit(X, y).transform(new)


@BOTH
def test_polars_and_category_dtype_answer_alike(encoder):
    X, y, _ = table()
    expected = encoder.fit_transform(X, y)
    np.testing.assert_array_equal(encoder.fit_transform(pl.from_pandas(X), y), expected)
    np.testing.assert_array_equal(encoder.fit_transform(X.astype("category"), y), expected)


def test_huge_numbers_do_not_overflow():
    X = pd.DataFrame({"city": list("aabbab")})
    out = TargetMeanEncoder(target_type="number").fit(X, np.array([1, 2, 3, 4, 5, 6.5]) * 1e307).transform(X)
    assert np.isfinite(out).all()


def test_evidence_needs_classes():
    X, _, rng = table()
    with pytest.raises(ValueError, match="continuous"):
        WeightOfEvidenceEncoder().fit(X, rng.normal(size=300))


@BOTH
def test_all_values_unseen_or_missing(encoder):
    X, y, _ = table()
    out = encoder.fit(X, y).transform(pd.DataFrame({"city": ["u", "v"]}))
    assert np.isfinite(out).all()
    alone = encoder.fit(pd.DataFrame({"city": pd.Categorical([None] * 10)}), [0, 1] * 5)
    assert np.isfinite(alone.transform(pd.DataFrame({"city": np.array([None, "a"], dtype=object)}))).all()


@pytest.mark.parametrize("encoder", [TargetMeanEncoder, WeightOfEvidenceEncoder])
def test_a_class_that_only_rows_of_weight_zero_have_is_no_class(encoder):
    X, y, weights = pd.DataFrame({"c": list("aabbca")}), np.array([0, 1, 0, 1, 2, 0]), [1, 1, 1, 1, 0, 1]
    seen = np.flatnonzero(weights)
    whole, rest = encoder(cv=2).fit(X, y, weights), encoder(cv=2).fit(X.iloc[seen], y[seen])
    assert whole.classes_.tolist() == rest.classes_.tolist() == [0, 1]
    np.testing.assert_array_equal(whole.transform(X), rest.transform(X))
    assert encoder(cv=2).fit_transform(X, y, weights).shape == (6, 1)
