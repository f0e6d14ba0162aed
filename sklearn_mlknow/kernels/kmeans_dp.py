"""Optimal clusters of sorted numbers by dynamic programming, one layer a cluster.

The last cut of the best partition never moves left when a value is added on the right, so the middle value's last cut
bounds those of all values on either side: divide and conquer, O(n log n) a layer instead of O(n^2).
"""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels.compiling import Compiled


def best_clusters(
    weight: NDArray[np.float64], sums: NDArray[np.float64], n_clusters: int, is_large: bool
) -> NDArray[np.int64]:
    """Cut sorted values into clusters with the largest sum of ``sum^2 / weight``, the squares that clusters explain.

    Parameters
    ----------
    weight, sums : ndarrays of shape (n + 1,)
        Weight and weighted sum of the first 0, 1, … n values; centred values keep most digits.
    n_clusters : int
        At most n.
    is_large : bool
        Whether the whole job is large enough to load compiled code. Changes the time, never the answer.

    Returns
    -------
    ndarray of shape (n_clusters + 1,)
        Cuts, from 0 to n; the leftmost on ties.

    Examples
    --------
    >>> values = np.array([-6.0, -5, 0, 11])
    >>> cumulative = np.concatenate([[0], np.cumsum(values)])
    >>> best_clusters(np.arange(5.0), cumulative, 2, False)
    array([0, 3, 4])
    """
    n = len(weight) - 1
    explained = np.full(n + 1, -np.inf)  # by the best partition of the first 0, 1, … n values
    explained[1:] = sums[1:] ** 2 / weight[1:]
    last_cuts = np.zeros((n_clusters - 1, n + 1), dtype=np.int32)
    add = add_layer if is_large else add_layer_with_numpy
    for layer in range(n_clusters - 1):
        explained = add(weight, sums, explained, last_cuts[layer], layer + 1)
    cuts = [n]
    for layer in range(n_clusters - 2, -1, -1):
        cuts.append(int(last_cuts[layer, cuts[-1]]))
    return np.array([*cuts, 0][::-1], dtype=np.int64)


def add_layer_with_numpy(
    weight: NDArray[np.float64],
    sums: NDArray[np.float64],
    explained: NDArray[np.float64],
    last_cut: NDArray[np.int32],
    n_before: int,
) -> NDArray[np.float64]:
    """The same layer without compiled code, for small jobs."""
    n = len(weight) - 1
    grown = np.full(n + 1, -np.inf)
    ranges = [(n_before + 1, n, n_before, n - 1)]
    while ranges:
        low, high, first, last = ranges.pop()
        if low > high:
            continue
        middle = (low + high) // 2
        stop = min(last, middle - 1) + 1
        apart = sums[middle] - sums[first:stop]
        total = explained[first:stop] + apart * apart / (weight[middle] - weight[first:stop])
        best = int(total.argmax())
        grown[middle] = total[best]
        last_cut[middle] = first + best
        ranges.append((low, middle - 1, first, first + best))
        ranges.append((middle + 1, high, first + best, last))
    return grown


@Compiled
def add_layer(weight, sums, explained, last_cut, n_before):  # type: ignore[no-untyped-def]
    """Best partitions with one cluster more than ``n_before``, and where their last cluster starts."""
    n = len(weight) - 1
    grown = np.full(n + 1, -np.inf)
    ranges = [(n_before + 1, n, n_before, n - 1)]  # values low … high; their last cuts lie in first … last
    while len(ranges) > 0:
        low, high, first, last = ranges.pop()
        if low > high:
            continue
        middle = (low + high) // 2
        best, cut = -np.inf, first
        for start in range(first, min(last, middle - 1) + 1):
            apart = sums[middle] - sums[start]
            total = explained[start] + apart * apart / (weight[middle] - weight[start])
            if total > best:
                best, cut = total, start
        grown[middle] = best
        last_cut[middle] = cut
        ranges.append((low, middle - 1, first, cut))
        ranges.append((middle + 1, high, cut, last))
    return grown
