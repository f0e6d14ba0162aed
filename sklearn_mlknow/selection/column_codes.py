"""Every column as small integer codes, so that any two columns can be counted against each other."""

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.formulas.information import entropy, mutual_information
from sklearn_mlknow.kernels import digitise, histogram, joint_histogram_table
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.selection.column_values import is_number_like, levels_of, number_of
from sklearn_mlknow.selection.contingency import spread_edges

MOST_LEVELS = 32  # the commonest levels keep a code of their own, the others share one


def codes_of_columns(table: Table, n_bins: int, row_weights: NDArray[np.float64] | None = None) -> NDArray[np.uint8]:
    """Bin numbers at equal weight and number the levels of categories; missing values are the last code.

    Parameters
    ----------
    table : Table
    n_bins : int
        Bins of a number.
    row_weights : ndarray of shape (n_rows,), default=None

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_columns), row-major
    """
    codes = np.empty((table.n_rows, table.n_columns), dtype=np.uint8, order="F")

    def encode(index: int) -> None:
        if is_number_like(table, index):
            codes[:, index] = codes_of_number(number_of(table, index), n_bins, row_weights)
        else:
            codes[:, index] = _codes_of_levels(*levels_of(table, index), row_weights)

    each(encode, range(table.n_columns), codes.size)
    return np.ascontiguousarray(codes)  # pairs are counted row by row


def codes_of_number(
    column: NDArray[np.float64], n_bins: int, row_weights: NDArray[np.float64] | None = None
) -> NDArray[np.int64]:
    """Bin one column of numbers at equal weight; missing values are the last code."""
    is_present = ~np.isnan(column)
    weights = None if row_weights is None else row_weights[is_present]
    return digitise(column, spread_edges(column[is_present], n_bins, weights))


def codes_of_target(
    target: Target, n_bins: int, row_weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.int64], int]:
    """Return the codes of a target, classes or bins of numbers, and their number."""
    if target.is_class:
        return target.values, target.n_classes
    codes = codes_of_number(target.values, n_bins, row_weights)
    return codes, int(codes.max()) + 1


def _codes_of_levels(
    codes: NDArray[np.int64], levels: NDArray[np.generic], row_weights: NDArray[np.float64] | None
) -> NDArray[np.int64]:
    n_levels = len(levels)
    if n_levels <= MOST_LEVELS:
        return np.where(codes < 0, n_levels, codes)
    weights = histogram(np.where(codes < 0, n_levels, codes), n_levels + 1, row_weights)[:-1]
    place = np.full(n_levels + 1, MOST_LEVELS)  # the others
    place[np.argsort(-weights, kind="stable")[:MOST_LEVELS]] = np.arange(MOST_LEVELS)
    place[-1] = MOST_LEVELS + 1  # codes of -1 read the last slot
    return place[codes]


def information_with(
    codes: NDArray[np.uint8], other: NDArray[np.integer], row_weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Mutual information of every column of codes with one other, in nats, net of its bias, at least 0.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    tables = joint_histogram_table(codes, other, int(codes.max()) + 1, int(other.max()) + 1, row_weights)
    return np.maximum(mutual_information(tables, bias_corrected=True), 0.0)


def entropies(codes: NDArray[np.uint8], row_weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Entropy of every column of codes, in nats.

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    zeros = np.zeros(len(codes), dtype=np.uint8)
    return entropy(joint_histogram_table(codes, zeros, int(codes.max()) + 1, 1, row_weights)[:, :, 0])
