"""One coefficient matrix for all rows and outputs: regression in blocks, with an effect of its own for each block.

Within block b the whitened responses are ``y_b = X_b beta + g_b + noise``: what all blocks share (``beta``, free)
plus what is special to the block's background row (``g_b``, zero on average, with covariance ``K_b``), plus noise of
variance 1. The best linear unbiased estimate of ``L beta + mean_b target(g_b)`` is linear in y with coefficients that
depend on the coalitions only. So one matrix product gives the estimates of any number of rows and outputs, a second
one their standard errors, and leave-one-out errors come in closed form.

References
----------
Robinson, G. K. (1991). That BLUP is a good thing: the estimation of random effects. Statistical Science 6(1).
MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_CHECKED_BYTES = 2**24  # residuals are looked at in as many blocks as fit; the estimates use every block
_MISJUDGED = 0.35  # share of a certain cell's error that stays; calibrated so that 95 % intervals cover 95 %


@dataclass(frozen=True)
class SharedMap:
    """A linear estimator that all rows share.

    Attributes
    ----------
    coefficients : ndarray of shape (n_targets, n_cells)
        Cells in the order of blocks, then pairs.
    projector : ndarray of shape (n_checked, n_pairs, n_pairs)
        Block-wise inverse covariance.
    features : ndarray of shape (n_checked, n_pairs, n_features)
        Inverse covariance times features.
    shared : ndarray of shape (n_features, n_cells)
        The estimator of ``beta``.
    kept : ndarray of shape (n_checked, n_pairs)
        Share of a cell's response that the fit to it leaves: one minus its leverage.
    """

    coefficients: np.ndarray
    projector: np.ndarray
    features: np.ndarray
    shared: np.ndarray
    kept: np.ndarray

    def estimate(self, responses: np.ndarray) -> np.ndarray:
        """Apply the map: (n, n_cells) -> (n, n_targets)."""
        return responses @ self.coefficients.T

    def left_out(self, responses: np.ndarray) -> np.ndarray:
        """Return what each checked cell deviates from its prediction by all other cells.

        Parameters
        ----------
        responses : ndarray of shape (n, n_cells)

        Returns
        -------
        ndarray of shape (n, n_checked, n_pairs)
        """
        n_checked, n_pairs, _ = self.features.shape
        beta = responses @ self.shared.T  # (n, n_features)
        cells = responses[:, : n_checked * n_pairs].reshape(len(responses), n_checked, n_pairs)
        left = np.matmul(cells.transpose(1, 0, 2), self.projector)  # (n_checked, n, n_pairs)
        left -= beta @ self.features.transpose(0, 2, 1)
        return left.transpose(1, 0, 2) / self.kept

    def variance(self, left_out: np.ndarray, inclusion: np.ndarray) -> np.ndarray:
        """Return the sampling variances of the estimates.

        Parameters
        ----------
        left_out : ndarray of shape (n, n_checked, n_pairs)
        inclusion : ndarray of shape (n_pairs,)
            Probability of each cell to be in the sample. What is certain to be drawn does not vary with the sample, but
            the model of the others may still misjudge it: a part of its error stays, less the more is drawn.

        Returns
        -------
        ndarray of shape (n, n_targets)
        """
        n_checked, n_pairs = self.kept.shape
        scale = self.coefficients.shape[1] / (n_checked * n_pairs)
        drawn = n_pairs / (1.0 / inclusion).sum()  # share of all pairs: sizes count by how many they have
        varying = 1.0 - inclusion * (1.0 - _MISJUDGED * (1.0 - drawn) ** 4)
        noise = (left_out**2 * varying).reshape(len(left_out), -1)
        return scale * noise @ (self.coefficients[:, : n_checked * n_pairs] ** 2).T


@dataclass(frozen=True)
class OwnEffects:
    """What is special to a block, as the covariance of its responses.

    Attributes
    ----------
    covariance : callable
        Block -> ndarray of shape (n_pairs, n_pairs), in units of the noise variance.
    cross : callable
        Block -> ndarray of shape (n_pairs, n_targets): covariance of the responses with the targets of the effect.
    """

    covariance: Callable[[int], np.ndarray]
    cross: Callable[[int], np.ndarray]


def fit_shared_map(features: np.ndarray, own: OwnEffects, readout: np.ndarray, *, is_centred: bool = True) -> SharedMap:
    """Compute the coefficients of the best linear unbiased estimate.

    Parameters
    ----------
    features : ndarray of shape (n_blocks, n_pairs, n_features)
        Whitened.
    own : OwnEffects
    readout : ndarray of shape (n_targets, n_features)
        The targets as functions of ``beta``.
    is_centred : bool, default=True
        Whether the features of a cell sum to zero, so that one direction of ``beta`` is free.

    Returns
    -------
    SharedMap
    """
    n_blocks, n_pairs, n_features = features.shape
    n_targets = len(readout)
    n_checked = int(np.clip(_CHECKED_BYTES // (8 * n_pairs * (n_pairs + n_features)), 1, n_blocks))
    gram = np.zeros((n_features, n_features))
    projected = np.zeros((n_targets, n_features))
    solved = np.empty((n_features, n_blocks, n_pairs))
    special = np.empty((n_targets, n_blocks, n_pairs))
    projector = np.empty((n_checked, n_pairs, n_pairs))
    for block in range(n_blocks):
        total = own.covariance(block)
        total[np.diag_indices(n_pairs)] += 1.0
        both = np.hstack([features[block], own.cross(block)])
        if block < n_checked:
            projector[block] = np.linalg.inv(total)
            both = projector[block] @ both
        else:
            both = np.linalg.solve(total, both)
        solved[:, block], special[:, block] = both[:, :n_features].T, both[:, n_features:].T / n_blocks
        gram += solved[:, block] @ features[block]
        projected += special[:, block] @ features[block]
    # features that are centred over the players leave one direction free: hold it at zero (never by pinv, whose
    # cut-off lets rounding errors through along that direction)
    if is_centred:
        gram += np.trace(gram) / n_features**2
    gram[np.diag_indices(n_features)] += 1e-10 * np.trace(gram) / n_features
    shared = np.linalg.solve(gram, solved.reshape(n_features, -1))
    coefficients = special.reshape(n_targets, -1) + (readout - projected) @ shared
    checked_features = solved[:, :n_checked].transpose(1, 2, 0)
    fitted = np.einsum("bpf,fbp->bp", checked_features, shared.reshape(n_features, n_blocks, n_pairs)[:, :n_checked])
    kept = np.maximum(np.einsum("bpp->bp", projector) - fitted, 1e-6)
    return SharedMap(coefficients, projector, np.ascontiguousarray(checked_features), shared, kept)
