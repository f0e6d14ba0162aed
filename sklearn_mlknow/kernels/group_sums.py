"""Sums of a column within groups of rows, one pass for each, without temporary arrays.

What `numpy.bincount` and ``ufunc.at`` do in a dozen passes; rows are added in the same order, so the bits are the same.
Values are scaled by powers of two, given as their inverses: products with them are as exact as quotients, and faster.
"""

from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


@Compiled
def group_extent(codes: Any, column: Any, weights: Any, sums: Any) -> Any:
    """Add up weights, missing weights and weighted values, and find extremes.

    Parameters
    ----------
    codes, column : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,), or (0,) for ones
    sums : ndarray of float64, shape (n_groups, 5)
        Weight, weight of missing values, minimum, maximum, total; written. A group's lie together, in one cache line.

    Returns
    -------
    float
        The largest absolute value.
    """
    largest = 0.0
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), np.uint64(codes[row])  # unsigned: no index counts from the end
        weight = weights[row] if has_weights else 1.0
        if value != value:
            sums[code, 1] += weight
        elif weight > 0:
            sums[code, 0] += weight
            sums[code, 4] += weight * value
            # chosen, not branched upon: which way it goes cannot be foretold
            low, high, size = sums[code, 2], sums[code, 3], abs(value)
            sums[code, 2] = value if value < low else low
            sums[code, 3] = value if value > high else high
            largest = size if size > largest else largest
    return largest


@Compiled
def group_totals(codes: Any, column: Any, weights: Any, scale: Any, out: Any) -> Any:
    """Add up weighted values, each times ``scale``, in every group: ``out`` of shape (n_groups,) is written."""
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value = np.float64(column[row])
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            out[np.uint64(codes[row])] += weight * (value * scale)
    return 0.0


@Compiled
def group_shifts(codes: Any, column: Any, weights: Any, scale: Any, rough: Any, out: Any) -> Any:
    """Add up what is left beside a rough mean; returns the largest absolute difference from it."""
    largest = 0.0
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), np.uint64(codes[row])
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            off = value * scale - rough[code]
            out[code] += weight * off
            size = abs(off)
            largest = size if size > largest else largest
    return largest


@Compiled
def group_squares(
    codes: Any, column: Any, weights: Any, scale: Any, rough: Any, shift: Any, widen: Any, out: Any
) -> Any:
    """Add up squared differences from the mean ``rough + shift``, each times ``widen`` first."""
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), np.uint64(codes[row])
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            apart = (value * scale - rough[code] - shift[code]) * widen
            out[code] += weight * (apart * apart)
    return 0.0
