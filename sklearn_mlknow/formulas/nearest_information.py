"""Mutual information from nearest neighbours, without bins: the estimates of scikit-learn by sorting instead of trees.

A column is one-dimensional, so a value's neighbours stand next to it once it is sorted: the k-th lies in one of k + 1
windows, and a count within a radius is a walk from the value's own place. Between two numbers the neighbours are those
of the plane, found in strips: sorted by one number into strips, within each strip by the other.

References: Kraskov, Stögbauer and Grassberger, "Estimating mutual information", Phys. Rev. E 69 (2004), equation 8;
Ross, "Mutual information between discrete and continuous data sets", PLoS ONE 9 (2014), equation 6. Estimates are in
nats and, where the columns are independent, scatter around 0: they may be negative.
"""

from functools import lru_cache

import numpy as np
from scipy.special import digamma

from sklearn_mlknow.kernels.compiling import Compiled


def information_with_classes(column: np.ndarray, codes: np.ndarray, n_neighbors: int = 3) -> float:
    """Mutual information between a number and a class; O(n log n).

    Parameters
    ----------
    column : array of shape (n_rows,)
        Finite numbers; few of them should be equal (add a tiny noise first).
    codes : array of int of shape (n_rows,)
        Classes. A class of one row is left out.
    n_neighbors : int, default=3
        Neighbours looked at within the class: more give less variance and more bias.

    Returns
    -------
    float

    Examples
    --------
    >>> round(information_with_classes(np.array([0.0, 0.1, 0.3, 5.0, 5.2, 5.3]), np.array([0, 0, 0, 1, 1, 1]), 1), 4)
    0.7833
    """
    counts = np.bincount(codes)
    is_used = counts[codes] > 1
    if not is_used.all():
        column, codes = column[is_used], codes[is_used]
    n_rows = len(column)
    if n_rows == 0:
        return 0.0
    n_of_class = counts[counts > 1]
    starts = np.concatenate([[0], np.cumsum(n_of_class)])
    by_class = column[np.argsort(codes, kind="stable")]
    for start, stop in zip(starts, starts[1:]):
        by_class[start:stop].sort()
    whole = np.sort(column)
    count = count_near_classes if count_near_classes.pays_for(4 * n_rows) else count_near_classes_with_numpy
    near = count(by_class, starts, whole, n_neighbors)  # (n_rows,)
    psi = digamma_up_to(n_rows)
    n_neighbors_of_class = np.minimum(n_neighbors, n_of_class - 1)
    inside = (n_of_class * (psi[n_neighbors_of_class] - psi[n_of_class])).sum() / n_rows
    return float(psi[n_rows] + inside - psi[near].mean())


def information_with_number(column: np.ndarray, other: np.ndarray, n_neighbors: int = 3) -> float:
    """Mutual information between two numbers; about O(n log n).

    Parameters
    ----------
    column, other : arrays of shape (n_rows,)
        Finite numbers of similar scale; few of them should be equal (add a tiny noise first).
    n_neighbors : int, default=3
        Neighbours looked at in the plane.

    Returns
    -------
    float

    Examples
    --------
    >>> x = np.array([0.0, 0.9, 2.1, 3.0, 4.2, 5.1])
    >>> round(information_with_number(x, x, 1), 4), round(information_with_number(x, x[[1, 5, 0, 3, 4, 2]], 1), 4)
    (2.2833, -0.1333)
    """
    n_rows = len(column)
    if n_rows <= n_neighbors:
        return 0.0
    is_large = distances_in_strips.pays_for(16 * n_rows)
    axes, orders = (column, other), (np.argsort(column), np.argsort(other))
    if is_large:
        distances = neighbour_distances(axes, orders, n_neighbors)
    else:
        distances = neighbour_distances_by_tree(axes, n_neighbors)
    radius = np.nextafter(distances, 0)
    count = count_within if is_large else count_within_with_numpy
    psi = digamma_up_to(n_rows)
    total = psi[n_rows] + psi[n_neighbors]
    for axis, order in zip(axes, orders):
        total -= psi[count(axis[order], radius[order])].mean()
    return float(total)


@lru_cache(maxsize=4)
def digamma_up_to(n: int) -> np.ndarray:
    """``digamma(0 … n)`` as a table; counts are looked up in it."""
    table = digamma(np.arange(n + 1, dtype=float))
    table.setflags(write=False)
    return table


def neighbour_distances(
    axes: tuple[np.ndarray, np.ndarray], orders: tuple[np.ndarray, np.ndarray], n_neighbors: int
) -> np.ndarray:
    """Distance (the larger of the two differences) of each point of the plane to its k-th neighbour, by strips.

    The strips cut the axis on which they are wider in the median, so that few lie within a neighbour's distance.
    """
    n_rows = len(axes[0])
    width = max(8, int(np.sqrt(n_rows)))
    n_strips = -(-n_rows // width)
    lows = [axis[order][::width] for axis, order in zip(axes, orders)]
    highs = [axis[np.append(order[width - 1 :: width], order[-1])[:n_strips]] for axis, order in zip(axes, orders)]
    cut = int(np.argmax([np.median(high - low) for low, high in zip(lows, highs)]))
    padded = np.full(n_strips * width, np.inf)
    padded[:n_rows] = axes[1 - cut][orders[cut]]
    inside = np.argsort(padded.reshape(n_strips, width), axis=1) + (np.arange(n_strips) * width)[:, None]
    order = orders[cut][inside.ravel()[:n_rows]]  # the padding sorts to the end of the last strip
    distances = np.empty(n_rows)
    distances[order] = distances_in_strips(
        axes[cut][order], axes[1 - cut][order], lows[cut], highs[cut], width, n_neighbors
    )
    return distances


def neighbour_distances_by_tree(axes: tuple[np.ndarray, np.ndarray], n_neighbors: int) -> np.ndarray:
    """The same distances without compiled code."""
    from scipy.spatial import cKDTree

    points = np.column_stack(axes)
    return np.asarray(cKDTree(points).query(points, n_neighbors + 1, p=np.inf)[0][:, -1])


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


@Compiled
def distances_in_strips(xs, ys, low, high, width, n_neighbors):  # type: ignore[no-untyped-def]
    """Distance of each point to its k-th neighbour; points stand strip by strip, sorted by ``ys`` within each.

    ``low`` and ``high`` are the ends of the strips in ``xs``.
    """
    n, n_strips = len(xs), len(low)
    out = np.empty(n)
    best = np.empty(n_neighbors)
    for i in range(n):
        x, y = xs[i], ys[i]
        best[:] = np.inf
        own = i // width
        for side in range(2):
            strip = own - side  # first the own strip and those after it, then those before it
            while 0 <= strip < n_strips:
                gap = 0.0
                if strip > own:
                    gap = low[strip] - x
                elif strip < own:
                    gap = x - high[strip]
                if gap >= best[n_neighbors - 1]:
                    break
                begin, end = strip * width, min(n, (strip + 1) * width)
                if strip == own:
                    up, down = i + 1, i - 1
                else:
                    left, right = begin, end
                    while left < right:
                        middle = (left + right) // 2
                        if ys[middle] < y:
                            left = middle + 1
                        else:
                            right = middle
                    up, down = left, left - 1
                for direction in range(2):
                    j = up if direction == 0 else down
                    while begin <= j < end:
                        dy = abs(ys[j] - y)
                        if dy >= best[n_neighbors - 1]:
                            break
                        distance = max(dy, abs(xs[j] - x))
                        if distance < best[n_neighbors - 1]:
                            place = n_neighbors - 1
                            while place > 0 and best[place - 1] > distance:
                                best[place] = best[place - 1]
                                place -= 1
                            best[place] = distance
                        j += 1 if direction == 0 else -1
                strip += 1 if side == 0 else -1
        out[i] = best[n_neighbors - 1]
    return out
