"""Factors of classes, by hand, and in parts as in one."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.neural.class_weights import class_factors, count_classes
from sklearn_mlknow.neural.rows import as_rows
from tests.neural.data import mixed


def test_counts_add_up_weights():
    assert count_classes(np.array([0, 2, 2]), np.array([1.0, 0.5, 2.0]), 4).tolist() == [1.0, 0.0, 2.5, 0.0]


def test_balanced_classes_weigh_the_same_and_one_on_average():
    counts = np.array([2.0, 6.0, 0.0])
    factors = class_factors("balanced", np.arange(3), counts)
    assert (factors * counts).tolist() == [4.0, 4.0, 0.0]


def test_a_mapping_leaves_others_at_one_before_the_mean():
    counts = np.array([3.0, 1.0])
    # three rows of 1 and one of 5 weigh 8 / 4 = 2 on average
    assert class_factors({"b": 5.0}, np.array(["a", "b"]), counts).tolist() == [0.5, 2.5]


@pytest.mark.parametrize("factors", [{0: -1.0}, {0: np.inf}, {0: 0.0, 1: 0.0}])
def test_senseless_factors(factors):
    with pytest.raises(ValueError, match="give each class a finite factor"):
        class_factors(factors, np.arange(2), np.ones(2))


def test_factors_of_classes_that_have_not_come_do_not_save_the_rest():
    with pytest.raises(ValueError, match="one that has come a factor above 0"):
        class_factors({0: 0.0}, np.arange(2), np.array([5.0, 0.0]))


@pytest.fixture
def weights(monkeypatch):
    """The weight of each class in each training."""
    told = []

    def listen(x, y, weight, *args):
        told.append({int(k): float(weight[y == k][0].round(6)) for k in np.unique(y)})
        return as_rows(x, y, weight, *args)

    monkeypatch.setattr("sklearn_mlknow.neural.estimator.as_rows", listen)
    return told


def test_parts_are_balanced_by_all_rows_so_far(weights):
    X = np.random.default_rng(0).normal(size=(8, 2))
    net = NeuralClassifier(class_weight="balanced", hidden_units=(3,), n_members=1, random_state=0)
    net.partial_fit(X, [0, 0, 0, 0, 0, 0, 1, 1], classes=[0, 1, 2])  # no warning of a class that has not come
    net.partial_fit(X, [1] * 8)
    net.partial_fit(X[:2], [2, 2], sample_weight=[4.0, 4.0])
    assert weights == [
        {0: round(8 / 2 / 6, 6), 1: 2.0},
        {1: round(16 / 2 / 10, 6)},  # a part of one class is not brought back to 1
        {2: 1.0},  # 24 rows, 8 of them of the third class
    ]
    np.testing.assert_array_equal(net._class_counts, [6.0, 10.0, 8.0])


def test_a_mapping_goes_on_in_later_parts(weights):
    X = np.random.default_rng(0).normal(size=(4, 2))
    net = NeuralClassifier(class_weight={1: 3.0}, hidden_units=(3,), n_members=1, random_state=0).fit(X, [0, 0, 1, 1])
    net.partial_fit(X[:2], [1, 1])
    assert weights == [{0: 0.5, 1: 1.5}, {1: round(3 / (14 / 6), 6)}]


def test_the_rare_class_is_raised_in_parts_as_in_one():
    X, y = mixed(400)
    rare = y & (X["noise"].to_numpy() > 1)
    means = {}
    for name in (None, "balanced"):
        net = NeuralClassifier(class_weight=name, hidden_units=(16,), n_members=2, random_state=0)
        for _ in range(5):
            for part in np.array_split(np.arange(400), 2):
                net.partial_fit(X.iloc[part], rare[part], classes=[0, 1])
        means[name] = net.predict_proba(X)[:, 1].mean()
    assert means["balanced"] > 2 * means[None]


def test_names_of_classes_that_a_fold_lacks_are_no_mistake():
    # three rows of 1 and one of 5 weigh 8 / 4 = 2 on average
    assert class_factors({0: 1.0, 1: 5.0, 2: 9.0}, np.arange(2), np.array([3.0, 1.0])).tolist() == [0.5, 2.5]
    with pytest.raises(ValueError, match="names \\['1'\\]"):  # a slip
        class_factors({0: 1.0, "1": 5.0}, np.arange(2), np.ones(2))


@pytest.mark.parametrize("factor", ["a", None, [1.0, 2.0]])
def test_factors_must_be_numbers(factor):
    with pytest.raises(ValueError, match="class_weight is .*; give each class a"):
        class_factors({0: factor}, np.arange(2), np.ones(2))


def test_cross_validation_bears_a_rare_class():
    X, y = mixed(60)
    y[0] = 2
    net = NeuralClassifier(class_weight={0: 1.0, 1: 2.0, 2: 5.0}, hidden_units=(3,), n_members=1, max_epochs=1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class")
        assert np.isfinite(cross_val_score(net, X, y, cv=3)).all()


def test_validation_rows_weigh_as_folds_do():
    X, y = mixed(120)
    weighed = {"class_weight": {0: 1.0, 1: 9.0}, "hidden_units": (4,), "n_members": 1, "max_epochs": 3}
    net = NeuralClassifier(**weighed, calibrate=False, random_state=0).fit(X[:80], y[:80], X_val=X[80:], y_val=y[80:])
    right = net.predict_proba(X[80:])[np.arange(40), y[80:]]
    expected = np.average(-np.log(right), weights=np.where(y[80:] == 1, 9.0, 1.0))
    assert net.history_["valid_loss"].min() == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match="y_val holds classes of class_weight 0 only"):
        net.set_params(class_weight={0: 0.0}).fit(X, y, X_val=X[y == 0], y_val=y[y == 0])


def test_calibration_weighs_validation_rows_too():
    X, y = mixed(120)
    net = NeuralClassifier(hidden_units=(4,), n_members=1, max_epochs=3, random_state=0)
    data = {"X_val": X[80:], "y_val": y[80:]}
    # balanced rows of 0 weigh nothing else than a mapping with the same factors
    counts = np.bincount(y[:80])
    balanced = net.set_params(class_weight="balanced").fit(X[:80], y[:80], **data).sharpness_
    mapped = net.set_params(class_weight=dict(enumerate(1 / counts))).fit(X[:80], y[:80], **data).sharpness_
    plain = net.set_params(class_weight=None).fit(X[:80], y[:80], **data)
    assert balanced == pytest.approx(mapped) != plain.sharpness_
