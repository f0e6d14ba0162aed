"""The blockwise estimator against the same algebra on one dense covariance matrix."""

import numpy as np
import pytest

from sklearn_mlknow.explain.shared_map import BlockModel, fit_shared_map

N_BLOCKS, N_PAIRS, N_FEATURES = 4, 6, 3
OWN_SIZE = 0.8


def problem(n_own, seed=0, prior=(0.0, 0.0, 0.0)):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(N_BLOCKS, N_PAIRS, N_FEATURES))
    own = OWN_SIZE * rng.normal(size=(N_BLOCKS, N_PAIRS, n_own))
    exact = rng.normal(size=(N_BLOCKS, N_PAIRS, 2))
    return BlockModel(
        features=features.__getitem__,
        own=own.__getitem__,
        exact=exact.__getitem__,
        readout=rng.normal(size=(2, N_FEATURES)),
        own_readout=rng.normal(size=(2, n_own)),
        prior=np.array(prior),
        n_centred=0,
        inclusion=np.array([1.0, 1.0, 0.5, 0.5, 0.25, 0.25]),
        n_blocks=N_BLOCKS,
    )


def dense(model):
    """The features, the covariance of the responses and that of the responses with the own targets."""
    X = np.concatenate([model.features(block) for block in range(N_BLOCKS)])
    V, cross = np.eye(len(X)), np.zeros((len(X), 2))
    for block in range(N_BLOCKS):
        part, own = slice(block * N_PAIRS, (block + 1) * N_PAIRS), model.own(block)
        V[part, part] += own @ own.T
        cross[part] = own @ model.own_readout.T / N_BLOCKS
    return X, V, cross


def beta_of(X, V, prior):
    """The map from responses to the shared coefficients."""
    W = np.linalg.inv(V)
    return np.linalg.solve(X.T @ W @ X + np.diag(prior), X.T @ W)


@pytest.mark.parametrize("n_own", [2, 9])  # fewer and more than the cells of a block
@pytest.mark.parametrize("prior", [(0.0, 0.0, 0.0), (0.0, 2.0, 2.0)])
def test_coefficients_are_those_of_the_dense_system(n_own, prior):
    model = problem(n_own, prior=prior)
    X, V, cross = dense(model)
    beta, own = beta_of(X, V, prior), cross.T @ np.linalg.inv(V)
    expected = model.readout @ beta + own - own @ X @ beta
    np.testing.assert_allclose(fit_shared_map(model).coefficients, expected, atol=1e-7)


@pytest.mark.parametrize("n_own", [2, 9])
def test_left_out_errors_are_those_of_leaving_each_cell_out(n_own):
    prior = (0.0, 0.0, 3.0)
    model = problem(n_own, 1, prior)
    X, V, _ = dense(model)
    responses = np.random.default_rng(2).normal(size=(2, len(X)))
    expected = np.empty((2, len(X)))
    for cell in range(len(X)):
        rest = np.delete(np.arange(len(X)), cell)
        within = V[np.ix_(rest, rest)]
        beta = beta_of(X[rest], within, prior) @ responses[:, rest].T
        gap = responses[:, rest].T - X[rest] @ beta
        expected[:, cell] = responses[:, cell] - X[cell] @ beta - V[cell, rest] @ np.linalg.solve(within, gap)
    np.testing.assert_allclose(fit_shared_map(model).left_out(responses), expected, atol=1e-6)


def test_variances_are_those_of_the_model_where_it_is_right():
    prior = np.array([0.0, 2.0, 2.0])
    model = problem(2, 3, prior)
    found = fit_shared_map(model)
    X, V, _ = dense(model)
    A = found.coefficients
    expected = np.zeros(2)  # of A y minus the targets: by the noise, the own effects and the coefficients with a prior
    for block in range(N_BLOCKS):
        part = slice(block * N_PAIRS, (block + 1) * N_PAIRS)
        expected += ((A[:, part] @ model.own(block) - model.own_readout / N_BLOCKS) ** 2).sum(axis=1)
        exact = model.exact(block).T / N_BLOCKS
        expected += ((A[:, part] - exact) ** 2 + (1 / model.inclusion - 1) * exact**2).sum(axis=1)
    expected += ((A @ X - model.readout)[:, 1:] ** 2 / 2.0).sum(axis=1)
    beta = beta_of(X, V, prior)
    inner = np.linalg.inv(V) @ (np.eye(len(X)) - X @ beta)  # leave-one-out errors, times what is kept
    squared = 1.0 / np.diag(inner)  # the mean of each squared leave-one-out error
    np.testing.assert_allclose(found.kept.reshape(-1), np.diag(inner), atol=1e-8)
    np.testing.assert_allclose(found.risk @ squared, expected, rtol=1e-6)


def test_what_is_linear_is_found_exactly():
    model = problem(2, 4)
    beta = np.random.default_rng(5).normal(size=N_FEATURES)
    found = fit_shared_map(model)
    responses = (dense(model)[0] @ beta)[None]
    np.testing.assert_allclose(found.estimate(responses)[0], model.readout @ beta, atol=1e-6)
    assert found.variance(found.left_out(responses)).max() < 1e-10
