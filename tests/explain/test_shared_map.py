"""The blockwise estimator against the same algebra on one dense covariance matrix."""

import numpy as np

from sklearn_mlknow.explain.shared_map import OwnEffects, fit_shared_map


def problem(seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(4, 6, 3))
    return features, OwnEffects(lambda b: 0.7 * features[b] @ features[b].T, lambda b: 0.7 * features[b]), rng


def dense(features, readout):
    """L beta + mean over the blocks of the own effect's best prediction, from one big system."""
    n_blocks, n_pairs, n_features = features.shape
    X = features.reshape(-1, n_features)
    V = np.eye(n_blocks * n_pairs)
    cross = np.zeros((n_blocks * n_pairs, n_features))
    for block in range(n_blocks):
        part = slice(block * n_pairs, (block + 1) * n_pairs)
        V[part, part] += 0.7 * features[block] @ features[block].T
        cross[part] = 0.7 * features[block] / n_blocks
    inverse = np.linalg.inv(V)
    beta = np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)
    own = cross.T @ inverse
    return readout @ beta + own - own @ X @ beta, X, inverse, beta


def test_coefficients_are_those_of_the_dense_system():
    features, own, _ = problem()
    found = fit_shared_map(features, own, np.eye(3), is_centred=False)
    np.testing.assert_allclose(found.coefficients, dense(features, np.eye(3))[0], atol=1e-8)


def test_left_out_errors_are_those_of_leaving_each_cell_out():
    features, own, rng = problem(1)
    found = fit_shared_map(features, own, np.eye(3), is_centred=False)
    responses = rng.normal(size=(2, 24))
    _, X, inverse, _ = dense(features, np.eye(3))
    V = np.linalg.inv(inverse)
    expected = np.empty((2, 24))
    for cell in range(24):
        rest = np.delete(np.arange(24), cell)
        W = np.linalg.inv(V[np.ix_(rest, rest)])
        beta = np.linalg.solve(X[rest].T @ W @ X[rest], X[rest].T @ W @ responses[:, rest].T)
        gap = responses[:, rest].T - X[rest] @ beta
        predicted = X[cell] @ beta + V[cell, rest] @ W @ gap
        expected[:, cell] = responses[:, cell] - predicted
    np.testing.assert_allclose(found.left_out(responses).reshape(2, 24), expected, atol=1e-7)


def test_what_is_linear_is_found_exactly():
    features, own, rng = problem(2)
    beta = rng.normal(size=3)
    found = fit_shared_map(features, own, np.eye(3), is_centred=False)
    np.testing.assert_allclose(found.estimate((features @ beta).reshape(1, -1))[0], beta, atol=1e-6)
    assert found.variance(found.left_out((features @ beta).reshape(1, -1)), np.full(6, 0.5)).max() < 1e-10
