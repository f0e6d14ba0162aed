"""What stands for the values of a bin: their weight, mean, median and ends.

Smoothing by bin means, medians and boundaries, after Han, Kamber and Pei, "Data mining: concepts and techniques",
section 3.2.2.
"""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.summaries.values import Values


class BinValues(NamedTuple):
    """One number a bin, each of shape (n_bins,); NaN in bins without values, whose weight is 0."""

    weight: np.ndarray
    mean: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray


def bin_values(summary: Values, edges: np.ndarray) -> BinValues:
    """Weight, mean, median and ends of the values in every bin.

    Parameters
    ----------
    summary : Values
    edges : ndarray of shape (n_bins - 1,)
        Inner edges, increasing.

    Returns
    -------
    BinValues

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.summaries.values import summarise
    >>> bins = bin_values(summarise(np.array([12, 28, 0, 16, 4, 18, 16, 26, 24])), np.array([10, 20]))
    >>> bins.weight, bins.mean, bins.median
    (array([2., 4., 3.]), array([ 2. , 15.5, 26. ]), array([ 2., 16., 26.]))
    """
    values = summary.values.astype(np.float64)
    cuts = np.concatenate([[0], np.searchsorted(values, edges), [len(values)]])  # (n_bins + 1,)
    starts, stops = cuts[:-1], cuts[1:]
    weights = summary.weights_or_ones()
    up_to = np.concatenate([[0.0], np.cumsum(weights)])  # (n_values + 1,)
    weight = up_to[stops] - up_to[starts]
    filled = np.flatnonzero(stops > starts)
    mean, median, low, high = (np.full(len(starts), np.nan) for _ in range(4))
    if len(filled) == 0:
        return BinValues(weight, mean, median, low, high)
    first, last = starts[filled], stops[filled] - 1
    low[filled], high[filled] = values[first], values[last]
    exponent = np.frexp(max(abs(values[0]), abs(values[-1])))[1]
    scaled = np.ldexp(values, -exponent)  # at most 1 in size, so that sums cannot overflow
    sums = np.add.reduceat(scaled * weights, first)
    mean[filled] = np.clip(np.ldexp(sums / np.add.reduceat(weights, first), exponent), values[first], values[last])
    halfway = (up_to[first] + up_to[last + 1]) / 2
    lower = np.clip(np.searchsorted(up_to[1:], halfway, side="left"), first, last)  # weight up to it reaches half
    upper = np.clip(np.searchsorted(up_to[1:], halfway, side="right"), first, last)  # weight up to it passes half
    median[filled] = np.ldexp((scaled[lower] + scaled[upper]) / 2, exponent)
    return BinValues(weight, mean, median, low, high)


def fill_empty_bins(column: np.ndarray, edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """Give bins without values their midpoint.

    Parameters
    ----------
    column : ndarray of shape (n_bins,)
        One number a bin, NaN where there is none.
    edges : ndarray of shape (n_bins - 1,)
        Inner edges.
    low, high : float
        The ends of the outer bins.

    Returns
    -------
    ndarray of shape (n_bins,)
    """
    return np.where(np.isnan(column), midpoints(edges, low, high), column)


def midpoints(edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """Middle of every bin, the outer ones ending at ``low`` and ``high`` (or at their inner edge, if that is farther).

    Parameters
    ----------
    edges : ndarray of shape (n_bins - 1,)
        Inner edges.
    low, high : float
        Smallest and largest value.

    Returns
    -------
    ndarray of shape (n_bins,)

    Examples
    --------
    >>> import numpy as np
    >>> midpoints(np.array([10.0, 20.0]), 0.0, 28.0)
    array([ 5., 15., 24.])
    """
    ends = finite_ends(edges, low, high)
    return ends[:-1] / 2 + ends[1:] / 2


def finite_ends(edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """All ends of the bins, of shape (n_bins + 1,): ``low``, the inner edges, ``high``."""
    first = np.fmin(low, edges[0]) if len(edges) else low
    last = np.fmax(high, edges[-1]) if len(edges) else high
    return np.concatenate([[first], edges, [last]])
