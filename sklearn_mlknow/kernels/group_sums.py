"""Sums of a column within groups of rows, one pass for each, without temporary arrays.

What `numpy.bincount` and ``ufunc.at`` do in a dozen passes; rows are added in the same order, so the bits are the same.
"""

from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


@Compiled
def group_extent(codes: Any, column: Any, weights: Any, sums: Any) -> Any:
    """Add up weights and missing weights, and find extremes.

    Parameters
    ----------
    codes, column : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_rows,), or (0,) for ones
    sums : ndarray of float64, shape (4, n_groups)
        Weight, weight of missing values, minimum, maximum; written.

    Returns
    -------
    float
        The largest absolute value.
    """
    largest = 0.0
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), codes[row]
        weight = weights[row] if has_weights else 1.0
        if value != value:
            sums[1, code] += weight
        elif weight > 0:
            sums[0, code] += weight
            if value < sums[2, code]:
                sums[2, code] = value
            if value > sums[3, code]:
                sums[3, code] = value
            size = abs(value)
            if size > largest:
                largest = size
    return largest


@Compiled
def group_totals(codes: Any, column: Any, weights: Any, unit: Any, out: Any) -> Any:
    """Add up weighted values, each divided by ``unit``, in every group: ``out`` of shape (n_groups,) is written."""
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value = np.float64(column[row])
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            out[codes[row]] += weight * (value / unit)
    return 0.0


@Compiled
def group_shifts(codes: Any, column: Any, weights: Any, unit: Any, rough: Any, out: Any) -> Any:
    """Add up what is left beside a rough mean; returns the largest absolute difference from it."""
    largest = 0.0
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), codes[row]
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            off = value / unit - rough[code]
            out[code] += weight * off
            if abs(off) > largest:
                largest = abs(off)
    return largest


@Compiled
def group_squares(
    codes: Any, column: Any, weights: Any, unit: Any, rough: Any, shift: Any, width: Any, out: Any
) -> Any:
    """Add up squared differences from the mean ``rough + shift``, each divided by ``width`` first."""
    has_weights = len(weights) > 0
    for row in range(len(column)):
        value, code = np.float64(column[row]), codes[row]
        weight = weights[row] if has_weights else 1.0
        if value == value and weight > 0:
            apart = (value / unit - rough[code] - shift[code]) / width
            out[code] += weight * (apart * apart)
    return 0.0
