"""The one cut of a sorted column that separates a target best: the loop inside a regression tree."""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels.compiling import Compiled


def best_split(
    weight: NDArray[np.float64],
    sums: NDArray[np.float64],
    low: int,
    high: int,
    min_weight: float,
    is_large: bool,
) -> tuple[float, int]:
    """Find the cut of the values ``low … high - 1`` that explains most squares of the target (for classes: Gini).

    Parameters
    ----------
    weight : ndarray of shape (n + 1,)
        Weight of the first 0, 1, … n values.
    sums : ndarray of shape (n + 1, n_outputs)
        Target sums of the first 0, 1, … n values.
    low, high : int
        The range to cut.
    min_weight : float
        Least weight on either side.
    is_large : bool
        Whether the whole job is large enough to load compiled code. Changes the time, never the answer.

    Returns
    -------
    gain : float
        Explained squares; 0 when there is no cut.
    cut : int
        The first value of the right side, the leftmost on ties; ``low`` when no cut explains anything.

    Examples
    --------
    >>> best_split(np.array([0.0, 1, 2, 3]), np.array([[0.0], [0], [1], [2]]), 0, 3, 1.0, False)[1]
    1
    """
    scan = scan_splits if is_large else scan_splits_with_numpy
    gain, cut = scan(weight, sums, low, high, min_weight)
    return float(gain), int(cut)


def scan_splits_with_numpy(
    weight: NDArray[np.float64], sums: NDArray[np.float64], low: int, high: int, min_weight: float
) -> tuple[float, int]:
    """The same cut without compiled code, for small jobs."""
    whole = weight[high] - weight[low]
    left = weight[low + 1 : high] - weight[low]  # (n_cuts,)
    right = whole - left
    mean = (sums[high] - sums[low]) / whole if whole > 0 else np.zeros(sums.shape[1])
    is_allowed = (left >= min_weight) & (right >= min_weight) & (left > 0) & (right > 0)
    squares = np.zeros(len(left))
    for output in range(sums.shape[1]):  # in the order of the compiled loop, to the same bits
        deviation = (sums[low + 1 : high, output] - sums[low, output]) - left * mean[output]
        squares += deviation * deviation
    gain = np.where(is_allowed, squares / np.where(is_allowed, left * right, 1.0), 0.0)
    best = int(gain.argmax()) if len(gain) else 0
    return (gain[best] * whole, low + 1 + best) if gain.any() else (0.0, low)


@Compiled
def scan_splits(weight, sums, low, high, min_weight):  # type: ignore[no-untyped-def]
    """Explained squares and place of the best cut of ``low … high - 1``."""
    n_outputs = sums.shape[1]
    whole = weight[high] - weight[low]
    mean = np.zeros(n_outputs)
    if whole > 0:
        for output in range(n_outputs):
            mean[output] = (sums[high, output] - sums[low, output]) / whole
    best, cut = 0.0, low
    for place in range(low + 1, high):
        left = weight[place] - weight[low]
        right = whole - left
        if left < min_weight or right < min_weight or left <= 0 or right <= 0:
            continue
        squares = 0.0
        for output in range(n_outputs):
            deviation = (sums[place, output] - sums[low, output]) - left * mean[output]
            squares += deviation * deviation
        gain = squares / (left * right)
        if gain > best:
            best, cut = gain, place
    return best * whole, cut
