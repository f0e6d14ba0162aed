"""Temperature scaling (Guo et al. 2017): one number that makes probabilities honest.

Members answer held-out rows one by one, but new rows together. The mean of their logits keeps the sharpness that was
measured on one member; the mean of their probabilities would be softer than what was calibrated.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

BOUNDS = (-1.5, 1.5)  # of the logarithm
SMALLEST = 1e-15
PRIOR_ROWS = 5.0  # rows' worth of belief that nothing need be scaled


def softmax(logits: np.ndarray) -> np.ndarray:
    """Turn logits into shares along the last axis."""
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Turn logits into probabilities, one by one."""
    return 0.5 * (1 + np.tanh(0.5 * logits))


def find_sharpness(logits: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Find the factor on logits that makes the log-loss of held-out rows smallest.

    Parameters
    ----------
    logits : ndarray of shape (n_rows, n_classes), or (n_rows, n_labels) with y of the same shape
    y : ndarray of int, shape (n_rows,), or of 0 and 1, shape (n_rows, n_labels)
    weight : ndarray of shape (n_rows,)

    Returns
    -------
    float
        Above 1 sharpens, below 1 softens.
    """

    share = weight / weight.mean()

    def loss(log_factor: float) -> float:
        scaled = logits * np.exp(log_factor)
        if y.ndim == 1:
            right = softmax(scaled)[np.arange(len(y)), y]  # (n_rows,)
        else:
            right = sigmoid(np.where(y > 0.5, scaled, -scaled)).T  # (n_labels, n_rows)
        return float(-(share * np.log(np.maximum(right, SMALLEST))).sum() + PRIOR_ROWS * log_factor**2)

    return float(np.exp(minimize_scalar(loss, bounds=BOUNDS, method="bounded").x))
