"""Quantiles of a summary of values, such that weight 2 equals the value twice.

Definition 2 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996): the inverse of the distribution
function, averaged where it jumps; scikit-learn's and numpy's ``averaged_inverted_cdf``.
"""

import numpy as np

from sklearn_mlknow.summaries.values import Values


def quantiles(summary: Values, shares: np.ndarray) -> np.ndarray:
    """Find the values below which given shares of the weight lie.

    Parameters
    ----------
    summary : Values
    shares : array of shape (n_shares,)
        In [0, 1].

    Returns
    -------
    ndarray of float64, shape (n_shares,)
        NaN when there are no values.

    Examples
    --------
    >>> quantiles(Values(np.array([1.0, 2.0, 4.0, 8.0])), np.array([0.25, 0.5, 0.75, 1.0])).tolist()
    [1.5, 3.0, 6.0, 8.0]
    """
    values = summary.values
    if len(values) == 0:
        return np.full(len(shares), np.nan)
    up_to = summary.cumulative()  # (n_values,)
    # weights come in sums, so a rank that falls on a jump may miss it by rounding
    ranks = np.asarray(shares) * up_to[-1]
    slack = 1e-12 * up_to[-1]
    low = np.minimum(np.searchsorted(up_to, ranks - slack, side="left"), len(values) - 1)
    high = np.minimum(np.searchsorted(up_to, ranks + slack, side="right"), len(values) - 1)
    return values[low] / 2.0 + values[high] / 2.0
