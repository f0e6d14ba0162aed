import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.formulas.similarity import (
    best_threshold,
    calibrate_similarity,
    similarity_of,
    squared_distances,
)


def test_squared_distances_are_those_of_a_slow_loop():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(4, 3)), rng.normal(size=(5, 3))
    expected = [[sum((a - b) ** 2 for a, b in zip(x, y)) for y in right] for x in left]
    np.testing.assert_allclose(squared_distances(left, right), expected, rtol=1e-14)


def test_a_row_is_exactly_zero_from_itself_and_the_matrix_symmetric():
    rows = np.random.default_rng(1).normal(size=(6, 5)) * 1e6
    distances = squared_distances(rows, rows)
    assert (np.diag(distances) == 0).all()
    assert (distances == distances.T).all()


def test_similarity_by_hand():
    # sigmoid(2 - 1 * 2) / sigmoid(2) = 0.5 * (1 + e^-2)
    assert similarity_of(np.array([2.0]), 1.0, 2.0)[0] == pytest.approx(0.5 * (1 + np.exp(-2.0)), rel=1e-14)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(1e-6, 1e3), st.floats(-20, 20))
def test_similarity_falls_with_distance_and_stays_in_the_unit_interval(near, far, slope, offset):
    near, far = sorted((near, far))
    a, b, at_zero = similarity_of(np.array([near, far, 0.0]), slope, offset)
    assert 0 <= b <= a <= at_zero == 1


def test_calibration_minimises_the_cross_entropy_of_a_grid_search():
    rng = np.random.default_rng(2)
    distances = np.concatenate([rng.exponential(1, 200), rng.exponential(4, 600)])
    is_match = np.arange(800) < 200

    def loss(slope, offset):
        z = offset - slope * distances
        target = np.where(is_match, 201 / 202, 1 / 602)
        weight = np.where(is_match, 0.5 / 200, 0.5 / 600)
        return float(np.sum(weight * (np.logaddexp(0, z) - target * z)))

    slope, offset = calibrate_similarity(distances, is_match)
    grid = min(loss(a, b) for a in np.linspace(0.05, 3, 60) for b in np.linspace(-3, 3, 61))
    assert loss(slope, offset) <= grid + 1e-9


def test_slope_stays_positive_when_matches_are_farther_apart():
    slope, offset = calibrate_similarity(np.array([5.0, 6.0, 0.1, 0.2]), np.array([True, True, False, False]))
    assert slope > 0
    assert np.isfinite([slope, offset]).all()


def test_threshold_is_that_of_a_slow_search():
    rng = np.random.default_rng(3)
    similarities = rng.random(60).round(1)  # ties
    is_match = rng.random(60) < similarities
    found = best_threshold(similarities, is_match)

    def gain(threshold):
        called = similarities >= threshold
        return called[is_match].mean() + (~called)[~is_match].mean()

    assert gain(found) == pytest.approx(max(gain(t) for t in np.linspace(0, 1, 201)))
