"""Nets on boosted trees."""

import numpy as np
import pytest

from sklearn_mlknow.neural import HybridClassifier, HybridRegressor, NeuralClassifier
from tests.neural.data import mixed, waves

QUICK = {"max_epochs": 15, "random_state": 0}


def test_trees_are_used_where_they_help():
    X, y = mixed(400)
    hybrid = HybridClassifier(max_epochs=1, random_state=0).fit(X, y)  # a net that has hardly begun
    assert hybrid.choice_ == "net on trees"
    assert hybrid.scores_["net on trees"] < hybrid.scores_["net"]
    assert hybrid.score(X, y) > 0.85


def test_trees_are_left_where_they_do_not_help():
    X, _ = waves(300)
    y = X @ [1.0, -2.0, 0.5]
    hybrid = HybridRegressor(max_epochs=60, random_state=0).fit(X, y)
    assert hybrid.choice_ == "net"
    assert hybrid.score(X, y) > 0.95


def test_mixed_tables_with_missing_values():
    X, y = mixed(200)
    hybrid = HybridClassifier(**QUICK).fit(X, y)
    proba = hybrid.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert hybrid.score(X, y) > 0.85


def test_several_numbers():
    X, y = waves(200)
    both = np.column_stack([y, -y])
    assert HybridRegressor(**QUICK).fit(X, both).predict(X).shape == both.shape


def test_weight_two_is_the_row_twice():
    X, y = mixed(60)
    weight = np.random.default_rng(1).integers(0, 3, 60)
    rows = np.repeat(np.arange(60), weight)
    weighed = HybridClassifier(**QUICK).fit(X, y, sample_weight=weight)
    repeated = HybridClassifier(**QUICK).fit(X.iloc[rows], y[rows])
    np.testing.assert_array_equal(weighed.predict_proba(X), repeated.predict_proba(X))


def test_a_class_that_a_fold_lacks():
    X, y = mixed(60)
    y = y.copy()
    y[:2] = 2
    assert HybridClassifier(**QUICK).fit(X, y).predict_proba(X).shape == (60, 3)


def test_several_labels_are_for_the_net_alone():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="NeuralClassifier"):
        HybridClassifier(**QUICK).fit(X, np.column_stack([y, 1 - y]))
    NeuralClassifier(max_epochs=1).fit(X, np.column_stack([y, 1 - y]))


def test_trees_do_not_learn_in_parts():
    hybrid = HybridClassifier(**QUICK)
    assert not hasattr(hybrid, "partial_fit")
    with pytest.raises(AttributeError, match="HybridClassifier has no partial_fit"):
        hybrid.partial_fit(*mixed(60))


@pytest.mark.parametrize("n_known", [0, 1])
def test_a_column_empty_in_all_rows_or_in_a_fold(n_known):
    X, y = waves(60)
    holed = X.copy()
    holed[n_known:, 2] = np.nan
    for hybrid, target in ((HybridRegressor(max_epochs=2), y), (HybridClassifier(max_epochs=2), y > 0)):
        answer = hybrid.fit(holed, target).predict(X)
        assert len(np.unique(answer)) > 1


def test_time_budget_ends_both_schedules():
    X, y = waves(200)
    hybrid = HybridRegressor(max_epochs=100_000, max_time=0.3, patience=None, n_members=2, random_state=0).fit(X, y)
    assert hybrid.n_iter_ < 100_000
    assert hybrid.net_.schedule_.is_over
