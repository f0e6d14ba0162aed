"""One factor that makes probabilities honest."""

import numpy as np
import pytest

from sklearn_mlknow.neural.calibrate import PRIOR_ROWS, find_sharpness, sigmoid, softmax


def loss_by_hand(logits, y, weight, factor):
    total = PRIOR_ROWS * np.log(factor) ** 2
    for row, label, share in zip(logits, y, weight / weight.mean()):
        for one, truth in zip(np.ravel(row), np.ravel(label)) if np.ndim(label) else [(None, label)]:
            if one is None:
                p = np.exp(factor * row[truth]) / sum(np.exp(factor * each) for each in row)
            else:
                p = 1 / (1 + np.exp(-factor * (one if truth else -one)))
            total -= share * np.log(p)
    return total


@pytest.mark.parametrize("kind", ["classes", "labels"])
def test_no_other_factor_is_better(kind):
    rng = np.random.default_rng(0)
    logits, weight = rng.normal(size=(40, 3)) * 3, rng.uniform(0.5, 2, 40)
    y = rng.integers(0, 3, 40) if kind == "classes" else (logits + rng.normal(size=(40, 3)) * 4 > 0).astype(int)
    best = find_sharpness(logits, y, weight)
    found = loss_by_hand(logits, y, weight, best)
    assert found <= min(loss_by_hand(logits, y, weight, factor) for factor in np.geomspace(0.25, 4, 60)) + 1e-9


def test_sure_and_right_is_sharpened_sure_and_wrong_softened():
    y = np.arange(200) % 2
    right = np.stack([1 - y, y], axis=1) * 1.0
    assert find_sharpness(right, y, np.ones(200)) > 1.5
    assert find_sharpness(right[::-1] * 4, y, np.ones(200)) < 0.3


def test_shares_of_extreme_logits():
    np.testing.assert_allclose(softmax(np.array([1e4, 0.0])), [1.0, 0.0])
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0.0, 1e4])), [0.0, 0.5, 1.0])
