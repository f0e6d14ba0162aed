"""The values of a column in order within each group: medians, distinct values and ranks of new values."""

from typing import NamedTuple

import numpy as np

from sklearn_mlknow.kernels.group_search import search


class GroupOrder(NamedTuple):
    """Ordered values of every group, one group after the other.

    Attributes
    ----------
    values : ndarray of float64, shape (n_present,)
        Increasing within each group.
    up_to : ndarray of float64, shape (n_present + 1,)
        Weight of the first 0, 1, … of them.
    starts : ndarray of int64, shape (n_groups + 1,)
        Where each group begins.
    """

    values: np.ndarray
    up_to: np.ndarray
    starts: np.ndarray


def order_groups(
    groups: np.ndarray, n_groups: int, column: np.ndarray, weights: np.ndarray | None, *, with_whole: bool = False
) -> GroupOrder:
    """Order a column within groups; O(n log n).

    Parameters
    ----------
    groups : ndarray of int64, shape (n_rows,)
        Group of each row; rows of group -1 are left out.
    n_groups : int
    column : ndarray of float64, shape (n_rows,)
        NaN is missing.
    weights : ndarray of shape (n_rows,) or None
    with_whole : bool, default=False
        Whether all rows follow as one more group.

    Returns
    -------
    GroupOrder
    """
    counts = (groups >= 0) & ~np.isnan(column)
    if weights is not None:
        counts &= weights > 0
    groups, column = groups[counts], column[counts]
    by_value = np.argsort(column)
    values, in_order = column[by_value], groups[by_value]
    # numpy sorts 16 bits by radix, in a tenth of the time
    by_group = np.argsort(in_order.astype(np.uint16) if n_groups <= 2**16 else in_order, kind="stable")
    weight = np.ones(len(values)) if weights is None else weights[counts][by_value]
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=n_groups))])
    parts = [(values[by_group], weight[by_group])] + [(values, weight)] * with_whole
    if with_whole:
        starts = np.append(starts, 2 * len(values))
    values, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return GroupOrder(values, np.concatenate([[0.0], np.cumsum(weight)]), starts)


def medians(ordered: GroupOrder) -> np.ndarray:
    """Median of each group, the middle of two where it falls between; NaN for groups without values: (n_groups,)."""
    starts, ends = ordered.starts[:-1], ordered.starts[1:]
    if len(ordered.values) == 0:
        return np.full(len(starts), np.nan)
    before, after = ordered.up_to[starts], ordered.up_to[ends]
    middle, slack = before + (after - before) / 2, np.maximum(1e-12 * (after - before), 2.0**-50 * after)
    low = np.searchsorted(ordered.up_to[1:], middle - slack, side="left")
    high = np.searchsorted(ordered.up_to[1:], middle + slack, side="right")
    last = np.maximum(ends - 1, starts).clip(max=len(ordered.values) - 1)
    low, high = (np.clip(at, np.minimum(starts, last), last) for at in (low, high))
    return np.where(ends > starts, ordered.values[low] / 2 + ordered.values[high] / 2, np.nan)


def n_distinct(ordered: GroupOrder) -> np.ndarray:
    """Number of distinct values of each group: (n_groups,)."""
    is_first = np.ones(len(ordered.values), dtype=bool)
    is_first[1:] = ordered.values[1:] != ordered.values[:-1]
    is_first[ordered.starts[:-1][np.diff(ordered.starts) > 0]] = True
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
    below, up_to = search(ordered.starts, ordered.values, groups, column)
    start, end = ordered.up_to[ordered.starts[groups]], ordered.up_to[ordered.starts[groups + 1]]
    whole = np.where((end > start) & ~np.isnan(column), end - start, np.nan)
    return ((ordered.up_to[below] + ordered.up_to[up_to]) / 2 - start) / whole
