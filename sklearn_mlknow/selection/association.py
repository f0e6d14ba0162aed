"""How strongly columns of numbers depend on each other and on a target, linearly; missing values are left out pairwise.

Everything is sums of products of columns that were centred once. Weights multiply the rows.
References: Pearson's correlation; the one-way F statistic and the correlation ratio between a category and a number
(Fisher, *Statistical Methods for Research Workers*, 1925).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.selection.column_values import tamed

Matrix = NDArray[np.float64]
ONE_BY_ONE = 8  # as many columns cost in one product what one costs by itself: the table is read once


@dataclass(frozen=True)
class Centred:
    """Columns of numbers about their means.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_columns)
        0 where missing.
    present : ndarray of shape (n_rows, n_columns) or None
        1.0 where a value is, 0.0 where it is missing; None when nothing is.
    weights : ndarray of shape (n_rows,) or None
    totals : ndarray of shape (n_columns,)
        Weight of the values that are present.
    squares : ndarray of shape (n_columns,)
        Weighted sum of squares; 0 for constants.
    """

    values: Matrix
    present: Matrix | None
    weights: Matrix | None
    totals: Matrix
    squares: Matrix

    @classmethod
    def of(cls, matrix: Matrix, weights: Matrix | None = None) -> Self:
        """Centre columns; NaN is missing, and rows without weight count as removed."""
        if weights is not None and not weights.all():
            matrix, weights = matrix[weights > 0], weights[weights > 0]
        matrix = tamed(matrix)
        rows = np.ones(len(matrix)) if weights is None else weights
        sums = rows @ matrix
        if np.isnan(sums).any():
            is_present = ~np.isnan(matrix)
            present, totals = is_present.astype(np.float64), rows @ is_present
            sums = rows @ np.where(is_present, matrix, 0.0)
        else:
            is_present, present, totals = None, None, np.full(matrix.shape[1], rows.sum())
        means = sums / np.where(totals > 0, totals, 1.0)
        values = np.subtract(matrix, means, order="C")  # the same bits whatever the layout of the table
        if is_present is not None:
            values = np.where(is_present, values, 0.0)
        squares = np.einsum("ij,ij->j", values, values if weights is None else values * weights[:, None])
        # rounding of the mean leaves a constant column with a spread of its last bits
        reach = 1e-12 * np.maximum(np.abs(means), np.finfo(float).tiny)
        for i in np.flatnonzero(squares <= totals * reach**2):
            if np.abs(values[:, i]).max(initial=0.0) <= reach[i]:
                values[:, i], squares[i] = 0.0, 0.0
        return cls(values, present, weights, totals, squares)

    def column(self, index: int) -> Self:
        """Return one of the columns."""
        one = slice(index, index + 1)
        present = None if self.present is None else self.present[:, one]
        return type(self)(self.values[:, one], present, self.weights, self.totals[one], self.squares[one])

    def weighed(self, matrix: Matrix) -> Matrix:
        """Multiply the rows of a matrix by their weights."""
        return matrix if self.weights is None else matrix * self.weights[:, None]

    def presence(self) -> Matrix:
        """Return where values are, (n_rows, n_columns)."""
        return np.ones_like(self.values) if self.present is None else self.present

    @cached_property
    def sides(self) -> Matrix:
        """Presence, values and their squares side by side: one product gives all sums over common rows."""
        scaled = self.values / np.sqrt(np.where(self.squares > 0, self.squares, 1.0))
        return np.concatenate([self.presence(), scaled, scaled**2], axis=1)  # (n_rows, 3 n_columns)


def correlations(ours: Centred, theirs: Centred) -> Matrix:
    """Correlate columns with columns over the same rows; 0 for constants.

    Parameters
    ----------
    ours, theirs : Centred
        With the same weights.

    Returns
    -------
    ndarray of shape (n_ours, n_theirs)
        In [-1, 1].

    Examples
    --------
    >>> columns = Centred.of(np.array([[1.0, 5.0, np.nan], [2.0, 3.0, 1.0], [3.0, 1.0, 1.0]]))
    >>> correlations(columns, columns).round(9).tolist()
    [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    if ours.present is None and theirs.present is None:
        products = ours.values.T @ ours.weighed(theirs.values)
        scales = np.sqrt(ours.squares)[:, None] * np.sqrt(theirs.squares)
        return np.clip(products / np.where(scales > 0, scales, np.inf), -1.0, 1.0)
    sums = ours.sides.T @ ours.weighed(theirs.sides)
    n, m = ours.values.shape[1], theirs.values.shape[1]
    # of presence, values and squares: each (3, n_ours, n_theirs), by what they are multiplied with
    with_presence, with_values, with_squares = (part.reshape(3, n, m) for part in np.split(sums, [m, 2 * m], axis=1))
    total = np.where(with_presence[0] > 0, with_presence[0], 1.0)
    our_spread = with_presence[2] - with_presence[1] ** 2 / total
    their_spread = with_squares[0] - with_values[0] ** 2 / total
    variance = np.maximum(our_spread, 0.0) * np.maximum(their_spread, 0.0)
    is_flat = variance <= 1e-24 * with_presence[2] * with_squares[0]
    covariance = with_values[1] - with_presence[1] * with_values[0] / total
    return np.where(is_flat, 0.0, np.clip(covariance / np.sqrt(np.where(is_flat, 1.0, variance)), -1.0, 1.0))


def absolute_correlations(columns: Centred, n_asked: int) -> Callable[[int], Matrix]:
    """Return the function column -> absolute correlation of all columns with it, rounded so that ties are ties.

    Parameters
    ----------
    columns : Centred
    n_asked : int
        How many columns will be asked for, about: all are worked out at once where that is faster.

    Returns
    -------
    function
        Position -> ndarray of shape (n_columns,).
    """
    if columns.values.shape[1] <= ONE_BY_ONE * n_asked:
        whole = correlations(columns, columns)
        return lambda index: _rounded(whole[index])
    return lambda index: _rounded(correlations(columns, columns.column(index))[:, 0])


def f_statistics_of_classes(columns: Centred, codes: NDArray[np.int64], n_classes: int) -> Matrix:
    """One-way F statistic of each column between classes, on the rows where the column is present.

    Parameters
    ----------
    columns : Centred
    codes : ndarray of int of shape (n_rows,)
        Class of each row that has weight.
    n_classes : int

    Returns
    -------
    ndarray of shape (n_columns,)
        0 where it is not defined; infinite where the column is constant within each class.
    """
    explained, n_used = between_groups(columns, codes, n_classes)
    unexplained = np.maximum(columns.squares - explained, 0.0)
    freedom, rest = n_used - 1, columns.totals - n_used
    is_defined = (freedom > 0) & (rest > 0) & (explained > 1e-24 * columns.squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(is_defined, explained / freedom / (unexplained / rest), 0.0)


def f_statistics_of_number(columns: Centred, target: Matrix) -> Matrix:
    """F statistic of the regression of a numeric target on each column by itself, on the rows where it is present.

    Parameters
    ----------
    columns : Centred
    target : ndarray of shape (n_rows,)
        Of the rows that have weight.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    r2 = correlations(columns, Centred.of(target[:, None], columns.weights))[:, 0] ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(columns.totals > 2, r2 / (1 - r2) * np.maximum(columns.totals - 2, 0), 0.0)


def correlation_ratios(columns: Centred, codes: NDArray[np.int64], n_levels: int) -> Matrix:
    """Share of each number's spread that a category explains, as a correlation: the root of explained over all squares.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    explained, _ = between_groups(columns, codes, n_levels)
    return np.sqrt(np.minimum(explained / np.where(columns.squares > 0, columns.squares, 1.0), 1.0))


def between_groups(columns: Centred, codes: NDArray[np.int64], n_groups: int) -> tuple[Matrix, NDArray[np.int64]]:
    """Squares of each column between groups, and how many groups it meets; each (n_columns,).

    One product with the table of membership, whose rows hold one entry each.
    """
    from scipy.sparse import csc_array

    n_rows = len(codes)
    entries = np.ones(n_rows) if columns.weights is None else columns.weights
    member = csc_array((entries, codes, np.arange(n_rows + 1)), shape=(n_groups, n_rows))
    sums = member @ columns.values  # (n_groups, n_columns)
    if columns.present is None:
        counts = np.bincount(codes, columns.weights, n_groups)[:, None].astype(np.float64)
    else:
        counts = member @ columns.present
    explained = (sums**2 / np.where(counts > 0, counts, 1.0)).sum(axis=0)
    n_met = np.broadcast_to((counts > 0).sum(axis=0), explained.shape)
    return explained, n_met


def _rounded(correlation: Matrix) -> Matrix:
    return np.asarray(np.round(np.abs(correlation), 12), dtype=np.float64)
