"""Learning curves."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor, TrainingDisplay
from tests.neural.data import mixed, waves


def test_learning_curves_mark_the_epoch_that_is_used():
    estimator = NeuralClassifier(hidden_units=(4,), max_epochs=5, random_state=0).fit(*mixed(80))
    display = TrainingDisplay.from_estimator(make_pipeline(estimator))
    assert len(display.lines_) == 2
    np.testing.assert_array_equal(display.lines_[1].get_ydata(), estimator.history_["valid_loss"])
    marks = [line.get_xdata()[0] for line in display.ax_.get_lines() if line.get_label() == "weights used"]
    assert marks == [estimator.best_epoch_ + 1]


def test_without_held_out_rows_there_is_one_curve_and_the_last_epoch():
    net = NeuralRegressor(hidden_units=(4,), max_epochs=3, early_stopping=False, random_state=0).fit(*waves(40))
    display = TrainingDisplay.from_estimator(net)
    assert len(display.lines_) == 1 and display.valid_loss is None
    assert display.ax_.get_title() == "NeuralRegressor: epoch 3 of 3 is used"


@pytest.mark.parametrize("n_epochs", [1, 2])
def test_flat_curves_are_drawn(n_epochs):
    display = TrainingDisplay(np.ones(n_epochs), None, 0, "net").plot()
    np.testing.assert_array_equal(display.lines_[0].get_xdata(), np.arange(1, n_epochs + 1))
