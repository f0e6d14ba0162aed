"""Training rows in canonical form: equal rows merged, their weights added, in an order that rows do not choose.

This is why a net keeps its word on ``sample_weight`` to the last bit: weight 2 and the row twice become the very same
training set, and so do weight 0 and the row removed, or the rows in another order.
"""

from __future__ import annotations

import numpy as np

MOST_COPIES = 10  # per distinct row, on average


def canonical_rows(columns: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Find the distinct rows.

    Parameters
    ----------
    columns : ndarray of float64, shape (n_rows, n_columns)
        Everything that makes a row: inputs, targets, groups. NaN equals NaN.
    weight : ndarray of shape (n_rows,) or None

    Returns
    -------
    index : ndarray of int64, shape (n_distinct,)
        One row number for each distinct row of positive weight, in canonical order.
    total : ndarray of float64, shape (n_distinct,)
        Their added weights.

    Examples
    --------
    >>> index, total = canonical_rows(np.array([[2.0], [1.0], [2.0]]), np.array([1.0, 3.0, 0.5]))
    >>> index.tolist(), total.tolist()
    ([1, 0], [3.0, 1.5])
    """
    kept = np.arange(len(columns)) if weight is None else np.flatnonzero(weight > 0)
    values = np.ascontiguousarray(columns[kept]) + 0.0  # turns -0.0 into 0.0
    values[np.isnan(values)] = np.nan  # one bit pattern
    # order by bytes: as canonical as any order, and one comparison a row
    keys = values.astype(">f8").view(np.dtype((np.void, values.shape[1] * 8))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    total = np.bincount(group, weights=None if weight is None else weight[kept], minlength=len(first))
    return kept[first], total.astype(np.float64)


def copies_of_rows(total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say how often each distinct row enters the training, and with what weight each time.

    A row of weight 300 in a batch of 256 would drown the others; 300 copies spread out do not. Whole weights
    become copies of weight 1; others become copies of nearly the mean weight.

    Parameters
    ----------
    total : ndarray of shape (n_distinct,)

    Returns
    -------
    copies : ndarray of int64, shape (n_distinct,)
    weight : ndarray of float64, shape (n_distinct,)
        Of each copy; ``copies * weight == total``.

    Examples
    --------
    >>> copies_of_rows(np.array([1.0, 3.0]))
    (array([1, 3]), array([1., 1.]))
    """
    is_whole = bool((total == np.round(total)).all()) and total.sum() <= MOST_COPIES * len(total)
    unit = 1.0 if is_whole else total.mean()
    copies = np.clip(np.round(total / unit), 1, MOST_COPIES * len(total)).astype(np.int64)
    return copies, total / copies


def weighted_quantiles(column: np.ndarray, weight: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return quantiles of a column without NaN, as if each row stood there ``weight`` times.

    Parameters
    ----------
    column, weight : ndarray of shape (n_rows,)
    shares : ndarray of shape (n_shares,)
        In [0, 1].

    Returns
    -------
    ndarray of shape (n_shares,)
        Values that occur in the column (the inverse of its distribution function).

    Examples
    --------
    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), np.array([0.0, 0.5, 1.0]))
    array([1., 2., 3.])
    """
    if (weight == 1).all():  # the same without looking weights up, several times as fast
        column, cumulative = np.sort(column), np.arange(1.0, len(column) + 1)
    else:
        order = np.argsort(column, kind="stable")
        column, cumulative = column[order], np.cumsum(weight[order])
    position = np.searchsorted(cumulative, shares * cumulative[-1] * (1 - 1e-12), side="left")
    return column[np.minimum(position, len(column) - 1)]
