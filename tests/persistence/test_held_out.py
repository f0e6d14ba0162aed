"""Scores on held-out rows: hand-made figures."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, r2_score, roc_auc_score

from sklearn_mlknow.persistence import held_out


class Fixed:
    """Answers with what it was given."""

    def __init__(self, proba, classes):
        self.proba, self.classes_ = np.asarray(proba), np.asarray(classes)

    def predict_proba(self, X):
        return self.proba


class Numbers:
    """Answers with numbers."""

    def predict(self, X):
        return np.asarray(X)


def test_classes_match_by_value_then_by_text():
    model = Fixed([[0.5, 0.5]], [1, 2])
    assert held_out.true_codes(model, [2, "1", 1.0, "2"]).tolist() == [1, 0, 0, 1]
    assert held_out.true_codes(Fixed([[1]], [1.0, 2.5]), ["1", "2.5"]).tolist() == [0, 1]
    with pytest.raises(ValueError, match="holds the classes '3', 'x', which are none of the model's"):
        held_out.true_codes(model, [3, "x", 1])


def test_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    proba = rng.dirichlet([1, 1], 80)
    y = rng.integers(0, 2, 80)
    found = {one.name: one for one in held_out.scores(Fixed(proba, [0, 1]), None, y)}
    assert found["ROC AUC"].value == pytest.approx(roc_auc_score(y, proba[:, 1]), abs=1e-12)
    assert found["log loss"].value == pytest.approx(log_loss(y, proba), abs=1e-12)
    assert all(one.low <= one.value <= one.high for one in found.values())
    x, y = rng.normal(size=50), rng.normal(size=50)
    assert held_out.scores(Numbers(), x, y)[0].value == pytest.approx(r2_score(y, x), abs=1e-12)


def test_scores_that_are_not_defined_are_nan():
    assert np.isnan(held_out._ranked(np.zeros(3), np.ones((3, 2)))) and np.isnan(held_out._explained(np.ones(3), 0.0))


def test_losses_by_hand():
    model = Fixed([[0.25, 0.75], [1.0, 0.0]], ["a", "b"])
    losses = held_out.row_losses(model, model.proba, ["b", "b"])
    np.testing.assert_allclose(losses, [-np.log(0.75), -np.log(1e-15)])
    np.testing.assert_allclose(held_out.row_losses(Numbers(), np.array([1.0, 2.0]), [3.0, 2.0]), [4.0, 0.0])


def test_draws_keep_the_strata():
    strata = np.array([0, 1, 0, 1, 1])
    rows = held_out.draws(5, strata, 0)
    assert rows.shape == (held_out.N_DRAWS, 5) and ((strata[rows] == 1).sum(axis=1) == 3).all()
