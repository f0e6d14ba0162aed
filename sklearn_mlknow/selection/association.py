"""How strongly columns depend on each other and on a target, linearly; missing values are left out pairwise.

Everything is sums of products: standardise once, then one matrix-vector product a step. Weights multiply the rows.
References: Pearson's correlation; the one-way F statistic (Fisher, 1925); the correlation ratio (Fisher, 1925) between
a category and a number; Cramér's V with Bergsma's correction ("A bias-correction for Cramér's V", 2013) between
categories.
"""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.kernels import joint_histogram
from sklearn_mlknow.selection.column_values import tamed

Matrix = NDArray[np.float64]


class Correlations:
    """Absolute correlations of the columns of a table, one column against all at a time.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns)
        Numbers; NaN is missing.
    row_weights : ndarray of shape (n_rows,), default=None
    """

    def __init__(self, matrix: Matrix, row_weights: Matrix | None = None) -> None:
        matrix = tamed(matrix)
        weights = np.ones(len(matrix)) if row_weights is None else row_weights
        is_present = ~np.isnan(matrix)
        self.present = None if is_present.all() else is_present * weights[:, None]  # (n_rows, n_columns)
        totals = weights @ is_present
        means = weights @ np.where(is_present, matrix, 0.0) / np.where(totals > 0, totals, 1.0)
        self.centred = np.where(is_present, matrix - means, 0.0)  # (n_rows, n_columns)
        scales = np.sqrt(weights @ self.centred**2)
        spread = np.abs(self.centred).max(axis=0, initial=0.0)
        # rounding of the mean leaves a constant column with a spread of its last bits
        self.is_constant = spread <= 1e-12 * np.maximum(np.abs(means), np.finfo(float).tiny)
        self.centred /= np.where(self.is_constant, 1.0, scales)
        self.centred[:, self.is_constant] = 0.0
        if self.present is None:
            self.centred *= np.sqrt(weights)[:, None]
        else:
            self.is_present = is_present.astype(np.float64)
            # weights, weighted values and weighted squares side by side: one product gives all sums over common rows
            self.sides = np.concatenate(
                [self.present, self.present * self.centred, self.present * self.centred**2], axis=1
            )

    def with_column(self, index: int) -> Matrix:
        """Return the absolute correlation of every column with one of them; 0 for constants.

        Returns
        -------
        ndarray of shape (n_columns,)
        """
        return np.abs(self._with(slice(index, index + 1))[:, 0])

    def matrix(self, with_sign: bool = False) -> Matrix:
        """Return all correlations, absolute unless the sign is wanted, (n_columns, n_columns)."""
        signed = self._with(slice(None))
        return signed if with_sign else np.abs(signed)

    def _with(self, columns: slice) -> Matrix:
        z = self.centred
        if self.present is None:
            return np.clip(z.T @ z[:, columns], -1.0, 1.0)
        total, sums, squares = np.split(self.sides.T @ self.is_present[:, columns], 3)  # each (n_columns, n_chosen)
        n, other_z = self.present[:, columns], z[:, columns]
        other_sums = self.is_present.T @ (n * other_z)
        other_squares = self.is_present.T @ (n * other_z**2)
        products = z.T @ (n * other_z)
        safe = np.where(total > 0, total, 1.0)
        variance = np.maximum(squares - sums**2 / safe, 0) * np.maximum(other_squares - other_sums**2 / safe, 0)
        is_flat = variance <= 1e-24 * squares * other_squares
        covariance = products - sums * other_sums / safe
        return np.where(is_flat, 0.0, np.clip(covariance / np.sqrt(np.where(is_flat, 1.0, variance)), -1.0, 1.0))


def f_statistics_of_classes(
    matrix: Matrix, codes: NDArray[np.int64], n_classes: int, row_weights: Matrix | None = None
) -> Matrix:
    """One-way F statistic of each column between classes, on the rows where the column is present.

    Returns
    -------
    ndarray of shape (n_columns,)
        0 where it is not defined; infinite where the column is constant within each class.
    """
    explained, unexplained, total, n_used = _squares(matrix, codes, n_classes, row_weights)
    freedom, rest = n_used - 1, total - n_used
    is_defined = (freedom > 0) & (rest > 0) & (explained > 1e-24 * (explained + unexplained))
    with np.errstate(divide="ignore", invalid="ignore"):
        f = explained / freedom / (unexplained / rest)
    return np.where(is_defined & (explained > 0), f, 0.0)


def correlation_ratios(
    matrix: Matrix, codes: NDArray[np.int64], n_levels: int, row_weights: Matrix | None = None
) -> Matrix:
    """Share of each number's spread that a category explains, as a correlation: the root of explained over all squares.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    explained, unexplained, _, _ = _squares(matrix, codes, n_levels, row_weights)
    whole = explained + unexplained
    return np.sqrt(np.where(whole > 0, explained / np.where(whole > 0, whole, 1.0), 0.0))


def f_statistics_of_number(matrix: Matrix, target: Matrix, row_weights: Matrix | None = None) -> Matrix:
    """F statistic of the regression of a numeric target on each column by itself, on the rows where it is present.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    weights = np.ones(len(matrix)) if row_weights is None else row_weights
    total = weights @ ~np.isnan(matrix)
    r2 = Correlations(np.column_stack([matrix, target]), row_weights).with_column(matrix.shape[1])[:-1] ** 2
    with np.errstate(divide="ignore"):
        return np.where(total > 2, r2 / (1 - r2) * np.maximum(total - 2, 0), 0.0)


def cramers_v(codes: NDArray[np.int64], other: NDArray[np.int64], row_weights: Matrix | None = None) -> float:
    """Cramér's V of two columns of levels (-1 is missing), corrected for its bias, in [0, 1]."""
    is_present = (codes >= 0) & (other >= 0)
    if not is_present.any():
        return 0.0
    a, b = codes[is_present], other[is_present]
    weights = None if row_weights is None else row_weights[is_present]
    table = joint_histogram(a, b, int(a.max()) + 1, int(b.max()) + 1, weights).astype(float)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    n = table.sum()
    if n <= 1 or min(table.shape) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = ((table - expected) ** 2 / expected).sum() / n
    rows, columns = table.shape
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    fewest = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return float(min(1.0, np.sqrt(phi2 / fewest))) if fewest > 0 else 0.0


def _squares(
    matrix: Matrix, codes: NDArray[np.int64], n_groups: int, row_weights: Matrix | None
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Squares of each column between and within groups, its weight, and how many groups it meets; each (n_columns,)."""
    weights = np.ones(len(matrix)) if row_weights is None else row_weights
    is_used = (codes >= 0) & (weights > 0)
    matrix, codes, weights = tamed(matrix[is_used]), codes[is_used], weights[is_used]
    is_present = ~np.isnan(matrix)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(n_groups))
    ends = np.append(starts[1:], len(codes))
    filled = np.where(is_present, matrix, 0.0)
    total = weights @ is_present
    safe = np.where(total > 0, total, 1.0)
    centred = np.where(is_present, matrix - weights @ filled / safe, 0.0)
    counts, sums = np.zeros((n_groups, matrix.shape[1])), np.zeros((n_groups, matrix.shape[1]))
    for group, (start, end) in enumerate(zip(starts, ends)):
        rows = order[start:end]
        counts[group] = weights[rows] @ is_present[rows]
        sums[group] = weights[rows] @ centred[rows]
    means = sums / np.where(counts > 0, counts, 1.0)
    explained = (counts * means**2).sum(axis=0)
    unexplained = np.maximum(weights @ centred**2 - explained, 0.0)
    return explained, unexplained, total, (counts > 0).sum(axis=0)
