"""Which rows each member trains on and which it holds out.

Cross-fitted members: member j leaves fold j out of its loss. Every row is held out by some member and used by the
others, so stopping and calibration see all rows and none is lost to them.
"""

from __future__ import annotations

import numpy as np


def assign_folds(
    n_folds: int, strata: np.ndarray | None, groups: np.ndarray | None, n_rows: int, rng: np.random.Generator
) -> np.ndarray:
    """Deal rows out to folds of nearly equal size.

    Parameters
    ----------
    n_folds : int
    strata : ndarray of int, shape (n_rows,), or None
        Each class is dealt out evenly.
    groups : ndarray of shape (n_rows,) or None
        Rows of one group stay together (then strata only break ties by chance).
    n_rows : int
    rng : Generator

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        The fold of each row.
    """
    fold = np.empty(n_rows, dtype=np.int64)
    if groups is not None:
        _, group = np.unique(groups, return_inverse=True)
        sizes = np.bincount(group)
        order = rng.permutation(len(sizes))
        order = order[np.argsort(-sizes[order], kind="stable")]
        load = np.zeros(n_folds, dtype=np.int64)
        fold_of_group = np.empty(len(sizes), dtype=np.int64)
        for one in order:  # the largest groups first, each into the emptiest fold
            fold_of_group[one] = load.argmin()
            load[fold_of_group[one]] += sizes[one]
        return fold_of_group[group]
    order = rng.permutation(n_rows)
    if strata is not None:
        order = order[np.argsort(strata[order], kind="stable")]
    fold[order] = np.arange(n_rows) % n_folds
    return fold


def cross_fitted(fold: np.ndarray, n_members: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the training rows and the held-out rows of each member."""
    n_folds = int(fold.max()) + 1
    held_out = [np.flatnonzero(fold == member % n_folds) for member in range(n_members)]
    kept = [np.flatnonzero(fold != member % n_folds) for member in range(n_members)]
    return kept, held_out
