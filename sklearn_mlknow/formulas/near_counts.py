"""How many values stand near each value of a sorted column: walks from a value's own place, doubling the step.

Differences are compared, to the last bit, never sums: what counts is the same with and without compiled code.
"""

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


def count_within_with_numpy(centres: np.ndarray, values: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Number of the sorted ``values`` v with ``|v - centre| <= radius``, for each centre; all centres are values."""
    low = np.searchsorted(values, centres - radius, side="left")
    high = np.searchsorted(values, centres + radius, side="right")
    last = len(values) - 1
    while (move := (low > 0) & (centres - values[np.maximum(low - 1, 0)] <= radius)).any():
        low = low - move
    while (move := centres - values[np.minimum(low, last)] > radius).any():
        low = low + move
    while (move := (high <= last) & (values[np.minimum(high, last)] - centres <= radius)).any():
        high = high + move
    while (move := values[high - 1] - centres > radius).any():
        high = high - move
    return high - low


def reach_in_class_with_numpy(by_class: np.ndarray, starts: np.ndarray, n_neighbors: int) -> np.ndarray:
    """As `reach_in_class`, without compiled code."""
    radius = np.empty(len(by_class))
    for start, stop in zip(starts, starts[1:]):
        values, k = by_class[start:stop], min(n_neighbors, stop - start - 1)
        padded = np.concatenate([np.full(k, -np.inf), values, np.full(k, np.inf)])
        n = len(values)
        windows = [np.maximum(values - padded[j : j + n], padded[j + k : j + k + n] - values) for j in range(k + 1)]
        radius[start:stop] = np.min(windows, axis=0)
    return radius


@Compiled
def count_within(centres, values, radius):  # type: ignore[no-untyped-def]
    """As `count_within_with_numpy`, in O(n) for centres that are sorted (in a few runs) and small counts."""
    n = len(values)
    counts = np.empty(len(centres), np.int64)
    place = 0
    for i in range(len(centres)):
        centre, reach = centres[i], radius[i]
        if i > 0 and centre < centres[i - 1]:
            place = 0  # the next run of sorted centres
        while values[place] < centre:
            place += 1
        low, step = place, 1  # values[low] is within reach
        while low - step >= 0 and centre - values[low - step] <= reach:
            low -= step
            step *= 2
        while step > 0:
            if low - step >= 0 and centre - values[low - step] <= reach:
                low -= step
            step //= 2
        high, step = place, 1
        while high + step < n and values[high + step] - centre <= reach:
            high += step
            step *= 2
        while step > 0:
            if high + step < n and values[high + step] - centre <= reach:
                high += step
            step //= 2
        counts[i] = high - low + 1
    return counts


@Compiled
def reach_in_class(by_class, starts, n_neighbors):  # type: ignore[no-untyped-def]
    """Distance of each value to its k-th neighbour in its class; ``by_class`` is sorted within each class."""
    radius = np.empty(len(by_class))
    for label in range(len(starts) - 1):
        start, stop = starts[label], starts[label + 1]
        k = min(n_neighbors, stop - start - 1)
        for i in range(start, stop):
            reach = np.inf
            for j in range(k + 1):
                if i - j >= start and i + k - j < stop:
                    left = by_class[i] - by_class[i - j]
                    right = by_class[i + k - j] - by_class[i]
                    reach = min(reach, max(left, right))
            radius[i] = reach
    return radius
