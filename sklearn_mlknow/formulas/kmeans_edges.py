"""Edges of the optimal one-dimensional k-means: the least squares around the bin means, exactly.

On a line each cluster is an interval, so the best partition is found without starting points, rounds or seeds, unlike
Lloyd's iteration, which may stop anywhere.

References: Wang and Song, "Ckmeans.1d.dp: optimal k-means clustering in one dimension by dynamic programming" (2011);
Grønlund et al., "Fast exact k-means, k-medians and Bregman divergence clustering in 1D" (2017), section 2.2.
"""

import numpy as np

from sklearn_mlknow.kernels.kmeans_dp import best_clusters


def kmeans_edges(values: np.ndarray, weight: np.ndarray, n_bins: int, is_large: bool = False) -> np.ndarray:
    """Inner edges midway between the means of the optimal clusters; O(n_bins n log n).

    Parameters
    ----------
    values : array of shape (n,)
        Distinct finite values in increasing order.
    weight : array of shape (n,)
        Their positive weights.
    n_bins : int
        Clusters wanted; at most n are found.
    is_large : bool, default=False
        Whether to load compiled code; the answer is the same.

    Returns
    -------
    array of shape (n_found - 1,)

    Examples
    --------
    >>> kmeans_edges(np.array([0.0, 1.0, 10.0, 11.0]), np.ones(4), 2).tolist()
    [5.5]
    """
    values, weight = np.asarray(values, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    weight = np.ldexp(weight, -int(np.frexp(weight.max(initial=0.0))[1]))  # at most 1
    counts = np.diff(np.cumsum(weight), prepend=0.0) > 0  # beside 1e300, 1e-300 is nothing
    values, weight = values[counts], weight[counts]
    n = len(values)
    if n < 2 or n_bins < 2:
        return np.empty(0)
    exponent = np.frexp(np.abs(values).max())[1]
    scaled = np.ldexp(values, -exponent)  # at most 1 in size, so that squares neither overflow nor vanish
    mean = float((scaled * (weight / weight.sum())).sum())
    centred = scaled - mean
    spread = np.frexp(np.abs(centred).max())[1]
    centred = np.ldexp(centred, -spread)
    cumulative = np.concatenate([[0.0], np.cumsum(weight)])  # (n + 1,)
    sums = np.concatenate([[0.0], np.cumsum(centred * weight)])
    cuts = best_clusters(cumulative, sums, min(n_bins, n), is_large)
    means = np.add.reduceat(centred * weight, cuts[:-1]) / np.add.reduceat(weight, cuts[:-1])
    middles = np.ldexp(np.ldexp((means[1:] + means[:-1]) / 2, spread) + mean, exponent)
    left, right = values[cuts[1:-1] - 1], values[cuts[1:-1]]
    return np.clip(middles, np.nextafter(left, np.inf), right)
