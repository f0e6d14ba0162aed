"""Scores against scikit-learn's, intervals against what they mean."""

import numpy as np
import pytest
from sklearn import metrics as sk

from sklearn_mlknow.study.report.scores import metrics_for, resampled_scores, resampled_weights
from sklearn_mlknow.study.report.task import Task

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scores_of_classes_are_those_of_scikit_learn(n_classes):
    truth = RNG.integers(0, n_classes, 90).astype(float)
    prediction = RNG.dirichlet(np.ones(n_classes), 90).round(1) + 1e-3  # ties
    prediction /= prediction.sum(axis=1, keepdims=True)
    weights = RNG.integers(0, 4, 90).astype(float)
    task = Task("binary" if n_classes == 2 else "multiclass", tuple("abc"[:n_classes]))
    found = {metric.name: metric.function(truth, prediction, weights) for metric in metrics_for(task)}
    expected = {
        "accuracy": sk.accuracy_score(truth, prediction.argmax(axis=1), sample_weight=weights),
        "balanced accuracy": sk.balanced_accuracy_score(truth, prediction.argmax(axis=1), sample_weight=weights),
        "log loss": sk.log_loss(truth, prediction, sample_weight=weights),
    }
    if n_classes == 2:
        expected["ROC AUC"] = sk.roc_auc_score(truth, prediction[:, 1], sample_weight=weights)
    assert found == pytest.approx(expected, abs=1e-12)


def test_scores_of_numbers_are_those_of_scikit_learn():
    truth, prediction, weights = RNG.normal(size=50), RNG.normal(size=50), RNG.uniform(size=50)
    found = {metric.name: metric.function(truth, prediction, weights) for metric in metrics_for(Task("regression"))}
    expected = {
        "R²": sk.r2_score(truth, prediction, sample_weight=weights),
        "RMSE": sk.root_mean_squared_error(truth, prediction, sample_weight=weights),
        "mean absolute error": sk.mean_absolute_error(truth, prediction, sample_weight=weights),
    }
    assert found == pytest.approx(expected, abs=1e-12)


def test_resamples_keep_the_size_of_each_class_and_the_seed():
    truth = np.array([0.0] * 7 + [1.0] * 3)
    drawn = resampled_weights(truth, True, 0)
    assert drawn.shape == (200, 10) and (drawn.sum(axis=1) == 10).all() and (drawn @ truth == 3).all()
    np.testing.assert_array_equal(drawn, resampled_weights(truth, True, 0))


def test_resamples_of_groups_draw_them_whole_and_lack_no_class():
    truth, groups = np.array([0.0, 0.0, 1.0, 1.0, 0.0]), np.array(["a", "a", "b", "b", "c"])
    drawn = resampled_weights(truth, True, 0, groups)
    assert drawn.shape == (200, 5)
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 2] == drawn[:, 3]).all()
    assert (drawn[:, 0] + drawn[:, 2] + drawn[:, 4] == 3).all()
    assert (drawn[:, 2] > 0).all() and (drawn[:, 0] + drawn[:, 4] > 0).all()


def test_interval_of_a_mean_is_that_of_the_textbook():
    truth, prediction = np.zeros(400), RNG.normal(size=400)
    metric = metrics_for(Task("regression"))[2]
    spread = resampled_scores(metric, truth, prediction, resampled_weights(truth, False, 0)).std()
    assert spread == pytest.approx(np.abs(prediction).std() / 20, rel=0.15)
