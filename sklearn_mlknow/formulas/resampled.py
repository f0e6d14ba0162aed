"""What a difference measured on overlapping folds is worth.

Scores of cross-validation folds are correlated, since their training rows overlap; a plain t interval is far too
narrow. The corrected resampled t statistic widens it by the share of test rows.

References: Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52 (2003), equation 20;
Corani and Benavoli, "A Bayesian approach for comparing cross-validated algorithms on multiple data sets", Machine
Learning 100 (2015), section 2 (the same statistic read as a posterior of the difference).
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student


class Difference(NamedTuple):
    """A mean difference with its interval and the chance that it is above zero."""

    mean: float
    low: float
    high: float
    probability: float


def corrected_difference(
    differences: np.ndarray, test_share: float, level: float = 0.95, n_comparisons: int = 1
) -> Difference:
    """Mean of paired differences over folds, with the corrected resampled t interval.

    Parameters
    ----------
    differences : array of shape (n_folds,)
        One paired difference a fold, all repeats together; at least two.
    test_share : float
        Share of all rows that a fold tests on, in (0, 1): 1/5 for five folds.
    level : float, default=0.95
        Confidence that all intervals of a family together keep.
    n_comparisons : int, default=1
        Size of the family (Bonferroni).

    Returns
    -------
    Difference
        ``probability`` is that of one comparison alone.

    Examples
    --------
    >>> difference = corrected_difference([1.0, 2.0, 3.0, 2.0], test_share=0.25)
    >>> round(difference.mean, 3), round(difference.low, 3), round(difference.high, 3)
    (2.0, 0.015, 3.985)
    """
    differences = np.asarray(differences, dtype=np.float64)
    n_folds = len(differences)
    mean = float(differences.mean())
    scale = float(np.sqrt((1 / n_folds + test_share / (1 - test_share)) * differences.var(ddof=1)))
    if scale == 0:
        return Difference(mean, mean, mean, 0.5 if mean == 0 else float(mean > 0))
    half_width = scale * float(student.ppf(1 - (1 - level) / (2 * n_comparisons), n_folds - 1))
    return Difference(mean, mean - half_width, mean + half_width, float(student.cdf(mean / scale, n_folds - 1)))
