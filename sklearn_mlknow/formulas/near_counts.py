"""How many values stand near each value of a sorted column: walks from a value's own place, doubling the step.

Differences are compared, to the last bit, never sums: what counts is the same with and without compiled code.
"""

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


def count_within_with_numpy(values: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Number of the sorted ``values`` within ``radius`` of each of them, itself included."""
    return _count_around(values, values, radius)


def count_near_classes_with_numpy(
    by_class: np.ndarray, starts: np.ndarray, whole: np.ndarray, n_neighbors: int
) -> np.ndarray:
    """As `count_near_classes`, without compiled code."""
    radius = np.empty(len(by_class))
    for start, stop in zip(starts, starts[1:]):
        values, k = by_class[start:stop], min(n_neighbors, stop - start - 1)
        padded = np.concatenate([np.full(k, -np.inf), values, np.full(k, np.inf)])
        n = len(values)
        windows = [np.maximum(values - padded[j : j + n], padded[j + k : j + k + n] - values) for j in range(k + 1)]
        radius[start:stop] = np.min(windows, axis=0)
    return _count_around(by_class, whole, np.nextafter(radius, 0))


def _count_around(centres: np.ndarray, values: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Number of the sorted ``values`` v with ``|v - centre| <= radius``, compared as differences, to the last bit."""
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


@Compiled
def count_within(values, radius):  # type: ignore[no-untyped-def]
    """Number of the sorted ``values`` within ``radius`` of each of them, itself included."""
    n = len(values)
    counts = np.empty(n, np.int64)
    for i in range(n):
        centre, reach = values[i], radius[i]
        low, step = i, 1  # values[low] is within reach
        while low - step >= 0 and centre - values[low - step] <= reach:
            low -= step
            step *= 2
        while step > 0:
            if low - step >= 0 and centre - values[low - step] <= reach:
                low -= step
            step //= 2
        high, step = i, 1
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
def count_near_classes(by_class, starts, whole, n_neighbors):  # type: ignore[no-untyped-def]
    """Rows of any class nearer than the k-th neighbour of the own class, for each row in the order of ``by_class``.

    ``by_class`` is sorted within each class, ``whole`` altogether.
    """
    n = len(whole)
    counts = np.empty(n, np.int64)
    for place in range(len(starts) - 1):
        start, stop = starts[place], starts[place + 1]
        k = min(n_neighbors, stop - start - 1)
        at = 0
        for i in range(start, stop):
            centre = by_class[i]
            reach = np.inf
            for j in range(k + 1):
                if i - j >= start and i + k - j < stop:
                    left = centre - by_class[i - j]
                    right = by_class[i + k - j] - centre
                    reach = min(reach, max(left, right))
            reach = np.nextafter(reach, 0.0)
            while whole[at] < centre:
                at += 1
            low, step = at, 1
            while low - step >= 0 and centre - whole[low - step] <= reach:
                low -= step
                step *= 2
            while step > 0:
                if low - step >= 0 and centre - whole[low - step] <= reach:
                    low -= step
                step //= 2
            high, step = at, 1
            while high + step < n and whole[high + step] - centre <= reach:
                high += step
                step *= 2
            while step > 0:
                if high + step < n and whole[high + step] - centre <= reach:
                    high += step
                step //= 2
            counts[i] = high - low + 1
    return counts
