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

from sklearn_mlknow.formulas.near_counts import (
    count_within,
    count_within_with_numpy,
    reach_in_class,
    reach_in_class_with_numpy,
)
from sklearn_mlknow.formulas.strip_neighbours import (
    distances_in_strips,
    neighbour_distances,
    neighbour_distances_by_tree,
)


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
    is_large = reach_in_class.pays_for(4 * n_rows)
    reach = reach_in_class if is_large else reach_in_class_with_numpy
    count = count_within if is_large else count_within_with_numpy
    radius = np.nextafter(reach(by_class, starts, n_neighbors), 0)
    near = count(by_class, np.sort(column), radius)  # (n_rows,)
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
        total -= psi[count(axis[order], axis[order], radius[order])].mean()
    return float(total)


@lru_cache(maxsize=4)
def digamma_up_to(n: int) -> np.ndarray:
    """``digamma(0 … n)`` as a table; counts are looked up in it."""
    table = digamma(np.arange(n + 1, dtype=float))
    table.setflags(write=False)
    return table
