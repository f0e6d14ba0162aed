"""What one model saves of another's loss, row by row, with what chance alone would move it."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
SAME = 1e-9
LEAST_PROBABILITY = 1e-15


class Share(NamedTuple):
    """Share of the loss that goes, with its interval."""

    share: float
    low: float
    high: float


def row_losses(prediction: np.ndarray, truth: np.ndarray, is_class: bool) -> np.ndarray:
    """Loss of each row: minus the log of the probability of its class, or the squared error.

    Parameters
    ----------
    prediction : ndarray of shape (n_rows, n_classes) or (n_rows,)
    truth : ndarray of shape (n_rows,)
        Codes of the classes, or numbers.
    is_class : bool

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    if is_class:
        return -np.log(np.clip(prediction[np.arange(len(truth)), truth], LEAST_PROBABILITY, None))
    return (prediction - truth) ** 2


def share_saved(
    before: np.ndarray,
    after: np.ndarray,
    *,
    takes_root: bool,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    n_comparisons: int = 1,
) -> Share:
    """Share of the first model's loss that the second saves.

    The interval is that of a ratio of means over rows, or over groups of rows where there are (the delta method),
    widened for the number of comparisons.

    Parameters
    ----------
    before, after : ndarray of shape (n_rows,)
        Losses of the same rows.
    takes_root : bool
        Whether the loss is the root of their mean, as for numbers.
    weights, groups : ndarray of shape (n_rows,) or None, default=None
        How much each row counts, and what it belongs to.
    n_comparisons : int, default=1

    Returns
    -------
    Share

    Examples
    --------
    >>> saved = share_saved(np.array([1.0, 3.0, 2.0, 2.0]), np.array([0.5, 1.5, 0.5, 1.5]), takes_root=False)
    >>> round(saved.share, 2), round(saved.low, 2), round(saved.high, 2)
    (0.5, 0.3, 0.7)
    """
    if weights is not None:
        before, after = weights * before, weights * after
    if not before.sum() > 0:
        return Share(0.0, 0.0, 0.0)
    ratio = float(after.sum() / before.sum())
    residuals = after - ratio * before  # their sum is nought
    if groups is not None:
        residuals = np.bincount(np.unique(groups, return_inverse=True)[1], residuals).astype(np.float64)
    n = len(residuals)
    error = float(np.sqrt((residuals**2).sum() * n / max(n - 1, 1)) / before.sum())
    if abs(1 - ratio) < SAME and error < SAME:  # rounding of the machine
        return Share(0.0, 0.0, 0.0)
    half = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * n_comparisons)) * error
    saved = [1 - ratio, 1 - ratio - half, 1 - ratio + half]
    if takes_root:  # of the squared error to its root
        saved = [1 - float(np.sqrt(max(1 - one, 0.0))) for one in saved]
    return Share(*(min(one, 1.0) for one in saved))
