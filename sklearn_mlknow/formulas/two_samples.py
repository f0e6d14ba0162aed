"""Do two groups differ? Tests of many pairs at once, from sums alone.

References: Agresti, *Categorical Data Analysis*, section 3.2 (Pearson's chi-square); Welch, "The generalization of
Student's problem when several different population variances are involved" (1947).
"""

import numpy as np
from scipy.special import chdtrc, stdtr


def chi_square_p_value(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """p-value that two vectors of class counts (…, n_classes) share one distribution; 1 when one of them is empty."""
    both = left + right
    left_weight, right_weight = left.sum(axis=-1), right.sum(axis=-1)
    total = left_weight + right_weight
    share = np.divide(left_weight, total, out=np.zeros_like(total), where=total > 0)
    scale = both * (share * (1 - share))[..., None]
    deviation = (left - both * share[..., None]) ** 2
    statistic = np.divide(deviation, scale, out=np.zeros_like(both), where=scale > 0).sum(axis=-1)
    degrees = np.maximum((both > 0).sum(axis=-1) - 1, 0)
    is_comparable = (left_weight > 0) & (right_weight > 0) & (degrees > 0)
    return np.where(is_comparable, chdtrc(np.maximum(degrees, 1), statistic), 1.0)


def welch_p_value(
    left_weight: np.ndarray,
    left_sum: np.ndarray,
    left_squares: np.ndarray,
    right_weight: np.ndarray,
    right_sum: np.ndarray,
    right_squares: np.ndarray,
) -> np.ndarray:
    """Two-sided p-value of Welch's test that two means are equal, from weights, sums and sums of squares."""
    parts = []
    for weight, total, squares in (
        (left_weight, left_sum, left_squares),
        (right_weight, right_sum, right_squares),
    ):
        safe = np.where(weight > 1, weight, 2.0)
        variance = np.maximum(squares - total**2 / safe, 0.0) / (safe - 1)
        variance = np.where(variance <= 1e-12 * squares / safe, 0.0, variance)  # what cancellation leaves of zero
        parts.append((total / safe, variance / safe, safe))
    (left_mean, left_error, left_safe), (right_mean, right_error, right_safe) = parts
    error = left_error + right_error
    safe_error = np.where(error > 0, error, 1.0)
    degrees = safe_error**2 / (
        np.where(error > 0, left_error**2 / (left_safe - 1) + right_error**2 / (right_safe - 1), 1.0)
    )
    p = 2 * stdtr(degrees, -np.abs(left_mean - right_mean) / np.sqrt(safe_error))
    p = np.where(error > 0, p, np.where(left_mean == right_mean, 1.0, 0.0))
    return np.where((left_weight > 1) & (right_weight > 1), p, 1.0)
