"""One coefficient matrix for all rows and outputs: regression in blocks, with effects of each block's own.

Within block b the whitened responses are ``y_b = X_b beta + O_b gamma_b + noise``: what all blocks share (``beta``,
free or with a prior), what is special to the block's background row (``gamma_b``, zero on average, of variance 1), and
noise of variance 1. The best linear unbiased estimate of ``L beta + mean_b R gamma_b`` is linear in y with coefficients
that depend on the coalitions only. So one matrix product gives the estimates of any number of rows and outputs, a
second one their standard errors, and leave-one-out errors come in closed form. The own effects are few, so that the
inverse of a block's covariance is ``I - W W'`` with a slim W: the price is linear in the cells.

The errors are those of a finite population: with all cells played the exact solver would say ``c y``. Of a cell that is
played, its error counts with ``A - c``; those that are not played count with ``c``, as far as their like is known.

References
----------
Robinson, G. K. (1991). That BLUP is a good thing: the estimation of random effects. Statistical Science 6(1).
Royall, R. M., & Cumberland, W. G. (1978). Variance estimation in finite population sampling. JASA 73(362).
Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
samples. Survey Methodology 28(2): a robust variance scaled to be unbiased if the model is right.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class BlockModel:
    """The regression, a block at a time.

    Attributes
    ----------
    features : callable
        Block -> ndarray of shape (n_pairs, n_features), whitened.
    own : callable
        Block -> ndarray of shape (n_pairs, n_own), whitened: what the block's own effects do.
    exact : callable
        Block -> ndarray of shape (n_pairs, n_targets): how the exact solver weighs whitened responses.
    readout : ndarray of shape (n_targets, n_features)
        The targets as functions of ``beta``.
    own_readout : ndarray of shape (n_targets, n_own)
        The targets as functions of a block's own effects.
    prior : ndarray of shape (n_features,)
        One over the variance of each ``beta``; 0 where it is free.
    n_centred : int
        The first so many features of each cell sum to zero, so that one direction of their ``beta`` is free.
    inclusion : ndarray of shape (n_pairs,)
        Probability of each cell of a block to be in the sample.
    n_blocks : int
    """

    features: Callable[[int], np.ndarray]
    own: Callable[[int], np.ndarray]
    exact: Callable[[int], np.ndarray]
    readout: np.ndarray
    own_readout: np.ndarray
    prior: np.ndarray
    n_centred: int
    inclusion: np.ndarray
    n_blocks: int


@dataclass(frozen=True)
class SharedMap:
    """A linear estimator that all rows share; cells in the order of blocks, then pairs.

    Attributes
    ----------
    coefficients : ndarray of shape (n_targets, n_cells)
    risk : ndarray of shape (n_targets, n_cells)
        What a cell's squared leave-one-out error adds to the variance of a target.
    whitener : ndarray of shape (n_blocks, n_pairs, n_own)
        W: the inverse covariance of a block is ``I - W W'``.
    solved : ndarray of shape (n_blocks, n_pairs, n_features)
        Inverse covariance times features.
    inverse : ndarray of shape (n_features, n_features)
        Of the Gram matrix.
    kept : ndarray of shape (n_blocks, n_pairs)
        Share of a cell's response that the fit to it leaves: one minus its leverage.
    """

    coefficients: np.ndarray
    risk: np.ndarray
    whitener: np.ndarray
    solved: np.ndarray
    inverse: np.ndarray
    kept: np.ndarray

    def estimate(self, responses: np.ndarray) -> np.ndarray:
        """Apply the map: (n, n_cells) -> (n, n_targets)."""
        return responses @ self.coefficients.T

    def left_out(self, responses: np.ndarray) -> np.ndarray:
        """Return what each cell deviates from its prediction by all other cells: (n, n_cells) -> (n, n_cells)."""
        n_blocks, n_pairs, n_features = self.solved.shape
        cells = responses.reshape(-1, n_blocks, n_pairs).transpose(1, 0, 2)  # (n_blocks, n, n_pairs)
        taken = (cells @ self.whitener) @ self.whitener.transpose(0, 2, 1)
        flat = self.solved.reshape(-1, n_features)
        left = responses - (responses @ flat @ self.inverse) @ flat.T
        left -= taken.transpose(1, 0, 2).reshape(len(left), -1)
        return left / self.kept.reshape(-1)

    def variance(self, left_out: np.ndarray) -> np.ndarray:
        """Return the sampling variances of the estimates: leave-one-out errors (n, n_cells) -> (n, n_targets)."""
        return left_out**2 @ self.risk.T


def fit_shared_map(model: BlockModel) -> SharedMap:
    """Compute the coefficients of the best linear unbiased estimate, and what they risk.

    Parameters
    ----------
    model : BlockModel

    Returns
    -------
    SharedMap
    """
    blocks = range(model.n_blocks)
    n_targets, n_features = model.readout.shape
    n_pairs = len(model.inclusion)
    whitener = np.stack([_whiten(model.own(block)) for block in blocks])  # (n_blocks, n_pairs, n_own)
    solved = np.empty((model.n_blocks, n_pairs, n_features))
    coefficients = np.empty((n_targets, model.n_blocks, n_pairs))
    gram = np.zeros((n_features, n_features))
    read = np.zeros((n_targets, n_features))  # what the estimate makes of beta
    for block in blocks:
        features, white = model.features(block), whitener[block]
        solved[block] = features - white @ (white.T @ features)
        special = (model.own(block) @ model.own_readout.T).T / model.n_blocks
        coefficients[:, block] = special - (special @ white) @ white.T
        gram += features.T @ solved[block]
        read += coefficients[:, block] @ features
    # features that are centred over the players leave one direction free: hold it at zero (never by pinv, whose
    # cut-off lets rounding errors through along that direction)
    centred = slice(model.n_centred)
    if model.n_centred:
        gram[centred, centred] += np.trace(gram[centred, centred]) / model.n_centred**2
    gram[np.diag_indices(n_features)] += model.prior + 1e-10 * np.trace(gram) / n_features
    inverse = np.linalg.inv(gram)
    toward = (model.readout - read) @ inverse
    has_prior = model.prior > 0
    lost = np.zeros(n_targets)  # variance of the targets that comes of what is not known of the effects
    risk = np.empty_like(coefficients)
    kept = np.empty((model.n_blocks, n_pairs))
    for block in blocks:
        change = toward @ solved[block].T
        coefficients[:, block] += change
        if has_prior.any():
            read += change @ model.features(block)
        lost += ((coefficients[:, block] @ model.own(block) - model.own_readout / model.n_blocks) ** 2).sum(axis=1)
        exact = model.exact(block).T / model.n_blocks
        risk[:, block] = (coefficients[:, block] - exact) ** 2 + (1.0 / model.inclusion - 1.0) * exact**2
        kept[block] = 1.0 - (whitener[block] ** 2).sum(axis=1) - ((solved[block] @ inverse) * solved[block]).sum(axis=1)
    kept = np.maximum(kept, 1e-6)
    lost += ((model.readout - read)[:, has_prior] ** 2 / model.prior[has_prior]).sum(axis=1)
    noise, expected = risk.sum(axis=(1, 2)), (risk / kept).sum(axis=(1, 2))
    risk *= ((noise + lost) / np.maximum(expected, 1e-300))[:, None, None]
    return SharedMap(coefficients.reshape(n_targets, -1), risk.reshape(n_targets, -1), whitener, solved, inverse, kept)


def _whiten(own: np.ndarray) -> np.ndarray:
    """Find W with ``inv(I + O O') = I - W W'``: (n_pairs, n_own) -> (n_pairs, min(n_pairs, n_own))."""
    n_pairs, n_own = own.shape
    if n_own > n_pairs:
        values, vectors = np.linalg.eigh(own @ own.T)
        values = np.maximum(values, 0.0)
        return vectors * np.sqrt(values / (1.0 + values))
    lower = np.linalg.cholesky(np.eye(n_own) + own.T @ own)
    return np.linalg.solve(lower, own.T).T
