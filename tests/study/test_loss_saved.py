"""What is saved of a loss, by hand, by weights, by groups; and that a few folds are enough to see a signal."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from sklearn_mlknow.study import ModelFamilyStudy
from sklearn_mlknow.study.loss_saved import row_losses, share_saved

BEFORE, AFTER = np.array([1.0, 3.0, 2.0, 2.0]), np.array([0.5, 1.5, 0.5, 1.5])


def test_losses_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    prediction, truth = rng.dirichlet(np.ones(3), 50), rng.integers(0, 3, 50)
    assert row_losses(prediction, truth, True).mean() == pytest.approx(log_loss(truth, prediction))
    assert row_losses(np.array([1.0, 2.0]), np.array([3.0, 2.0]), False).tolist() == [4.0, 0.0]


def test_the_interval_by_hand():
    """Of 8 go 4; residuals 0, 0, -.5, .5: the error is sqrt(.5 * 4/3) / 8, and 1.96 of it each way."""
    saved = share_saved(BEFORE, AFTER, takes_root=False)
    half = 1.959964 * np.sqrt(0.5 * 4 / 3) / 8
    assert saved == pytest.approx((0.5, 0.5 - half, 0.5 + half))
    assert share_saved(BEFORE, AFTER, takes_root=True).share == pytest.approx(1 - np.sqrt(0.5))
    wider = share_saved(BEFORE, AFTER, takes_root=False, n_comparisons=4)
    assert wider.low < saved.low and wider.share == saved.share


def test_groups_are_drawn_whole_and_weights_count():
    """The residuals of the last two rows cancel, so as one group they are sure."""
    sure = share_saved(BEFORE, AFTER, takes_root=False, groups=np.array(["a", "b", "c", "c"]))
    assert sure == pytest.approx((0.5, 0.5, 0.5))
    weighted = share_saved(BEFORE, AFTER, takes_root=False, weights=np.array([1.0, 1.0, 3.0, 0.0]))
    assert weighted.share == pytest.approx(1 - 3.5 / 10)
    assert share_saved(np.zeros(3), np.ones(3), takes_root=False) == (0.0, 0.0, 0.0)


def test_three_folds_are_enough_to_see_a_signal():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    y = X[:, 0] + rng.normal(size=120) > 0
    study = ModelFamilyStudy(cv=3, random_state=0).fit(X, y)
    assert study.has_signal_ and study.signal_["low"].max() > 0.05
    assert not ModelFamilyStudy(cv=3, random_state=0).fit(X, rng.permutation(y)).has_signal_
