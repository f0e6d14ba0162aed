"""The values of a column in order within each group: medians, distinct values and ranks of new values."""

from typing import NamedTuple

import numpy as np


class GroupOrder(NamedTuple):
    """Ordered values of every group, one group after the other.

    Attributes
    ----------
    distinct : ndarray of float64, shape (n_distinct,)
        All values, increasing.
    keys : ndarray of int64, shape (n_present,)
        ``group * n_distinct + position in distinct`` of every row that has a value, increasing.
    up_to : ndarray of float64, shape (n_present + 1,)
        Weight of the first 0, 1, … of them.
    starts : ndarray of int64, shape (n_groups + 1,)
        Where each group begins.
    """

    distinct: np.ndarray
    keys: np.ndarray
    up_to: np.ndarray
    starts: np.ndarray


def order_groups(groups: np.ndarray, n_groups: int, column: np.ndarray, weights: np.ndarray | None) -> GroupOrder:
    """Order a column within groups; O(n log n).

    Parameters
    ----------
    groups : ndarray of int64, shape (n_rows,)
        Group of each row; rows of group -1 are left out.
    n_groups : int
    column : ndarray of float64, shape (n_rows,)
        NaN is missing.
    weights : ndarray of shape (n_rows,) or None

    Returns
    -------
    GroupOrder
    """
    counts = (groups >= 0) & ~np.isnan(column)
    if weights is not None:
        counts &= weights > 0
    distinct, places = np.unique(column[counts], return_inverse=True)
    keys = groups[counts] * max(len(distinct), 1) + places
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    weight = np.ones(len(keys)) if weights is None else weights[counts][order]
    starts = np.searchsorted(keys, np.arange(n_groups + 1) * max(len(distinct), 1))
    return GroupOrder(distinct, keys, np.concatenate([[0.0], np.cumsum(weight)]), starts)


def medians(ordered: GroupOrder) -> np.ndarray:
    """Median of each group, the middle of two where it falls between; NaN for groups without values: (n_groups,)."""
    starts, ends = ordered.starts[:-1], ordered.starts[1:]
    values = ordered.distinct[ordered.keys % max(len(ordered.distinct), 1)]  # (n_present,)
    if len(values) == 0:
        return np.full(len(starts), np.nan)
    before, after = ordered.up_to[starts], ordered.up_to[ends]
    middle, slack = before + (after - before) / 2, 1e-12 * ordered.up_to[-1]
    low = np.searchsorted(ordered.up_to[1:], middle - slack, side="left")
    high = np.searchsorted(ordered.up_to[1:], middle + slack, side="right")
    last = np.maximum(ends - 1, 0)
    halves = values[np.clip(low, 0, last)] / 2 + values[np.clip(high, 0, last)] / 2
    return np.where(ends > starts, halves, np.nan)


def n_distinct(ordered: GroupOrder) -> np.ndarray:
    """Number of distinct values of each group: (n_groups,)."""
    is_first = np.concatenate([[True], ordered.keys[1:] != ordered.keys[:-1]])[: len(ordered.keys)]
    up_to = np.concatenate([[0], np.cumsum(is_first)])
    return (up_to[ordered.starts[1:]] - up_to[ordered.starts[:-1]]).astype(np.float64)


def ranks(ordered: GroupOrder, groups: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Share of the group's weight below each value, ties counting half.

    Parameters
    ----------
    ordered : GroupOrder
    groups : ndarray of int64, shape (n_rows,)
        Group of each row, in ``0 … n_groups - 1``.
    column : ndarray of float64, shape (n_rows,)

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        In [0, 1]; NaN for missing values and groups without values.
    """
    n_values = max(len(ordered.distinct), 1)
    left = np.searchsorted(ordered.distinct, column, side="left")
    right = np.searchsorted(ordered.distinct, column, side="right")
    below = ordered.up_to[np.searchsorted(ordered.keys, groups * n_values + left)]
    at_most = ordered.up_to[np.searchsorted(ordered.keys, groups * n_values + right)]
    start, end = ordered.up_to[ordered.starts[groups]], ordered.up_to[ordered.starts[groups + 1]]
    whole = np.where((end > start) & ~np.isnan(column), end - start, np.nan)
    return ((below + at_most) / 2 - start) / whole
