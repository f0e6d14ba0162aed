"""The corrected resampled t interval, by hand, and how often it is wrong on noise."""

import numpy as np
import pytest

from sklearn_mlknow.formulas.resampled import corrected_difference


def test_by_hand():
    # mean 2, variance 2/3, correction 1/4 + 1/3: standard error sqrt(7/18) = 0.62361; t(3 df, 97.5 %) = 3.18245
    difference = corrected_difference([1.0, 2.0, 3.0, 2.0], test_share=0.25)
    assert difference.mean == 2.0
    assert difference.low == pytest.approx(2 - 0.62361 * 3.18245, abs=1e-4)
    assert difference.high == pytest.approx(2 + 0.62361 * 3.18245, abs=1e-4)
    assert difference.probability == pytest.approx(0.9756, abs=1e-3)


def test_more_comparisons_widen_the_interval_only():
    one = corrected_difference([1.0, 2.0, 3.0, 2.0], 0.25)
    ten = corrected_difference([1.0, 2.0, 3.0, 2.0], 0.25, n_comparisons=10)
    assert ten.low < one.low
    assert ten.probability == one.probability


@pytest.mark.parametrize(("value", "probability"), [(0.0, 0.5), (1.0, 1.0), (-1.0, 0.0)])
def test_equal_differences_have_no_width(value, probability):
    assert corrected_difference([value] * 3, 0.2) == (value, value, value, probability)


def test_sign_turns_the_answer():
    up, down = corrected_difference([1.0, 2.0, 4.0], 0.2), corrected_difference([-1.0, -2.0, -4.0], 0.2)
    assert up.low == pytest.approx(-down.high)
    assert up.probability == pytest.approx(1 - down.probability)


def test_false_alarms_on_correlated_noise():
    """Two models alike in law, scored on the same folds: fewer than 5 % of intervals leave zero out."""
    rng = np.random.default_rng(0)
    n_rows, n_folds, alarms = 100, 5, 0
    for _ in range(300):
        x, y = rng.normal(size=(2, n_rows, 2)), rng.normal(size=n_rows)
        gains = []
        for _ in range(2):
            folds = np.array_split(rng.permutation(n_rows), n_folds)
            for test in folds:
                train = np.setdiff1d(np.arange(n_rows), test)
                losses = []
                for columns in x:
                    slope = np.linalg.lstsq(columns[train], y[train], rcond=None)[0]
                    losses.append(np.mean((y[test] - columns[test] @ slope) ** 2))
                gains.append(losses[0] - losses[1])
        difference = corrected_difference(gains, 1 / n_folds)
        alarms += difference.low > 0 or difference.high < 0
    assert alarms <= 0.07 * 300
