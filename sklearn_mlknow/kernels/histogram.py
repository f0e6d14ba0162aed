"""How often each code occurs, in one column or in every column of a table of codes."""

import numpy as np
from numpy.typing import ArrayLike

from sklearn_mlknow.kernels.joint_histogram import joint_histogram_table


def histogram(codes: ArrayLike, n_codes: int, weight: ArrayLike | None = None) -> np.ndarray:
    """Number of rows, or sum of their weights, of every code of one column.

    Parameters
    ----------
    codes : array-like of shape (n_rows,)
        Integers in ``0 … n_codes - 1``.
    n_codes : int
        Number of possible codes.
    weight : array-like of shape (n_rows,), default=None
        Row weights.

    Returns
    -------
    ndarray of shape (n_codes,)
        int64 counts, or float64 sums of weights added in row order.

    Examples
    --------
    >>> histogram([0, 2, 2, 1], 4)
    array([1, 1, 2, 0])
    """
    return histogram_table(np.asarray(codes)[:, None], n_codes, weight)[0]


def histogram_table(codes: np.ndarray, n_codes: int, weight: ArrayLike | None = None) -> np.ndarray:
    """:func:`histogram` of every column of a table of codes, in one pass.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
        Integers in ``0 … n_codes - 1``.
    n_codes : int
        Number of possible codes, the largest of all columns.
    weight : array-like of shape (n_rows,), default=None
        Row weights.

    Returns
    -------
    ndarray of shape (n_columns, n_codes)
        int64 counts, or float64 sums of weights.

    Examples
    --------
    >>> import numpy as np
    >>> histogram_table(np.array([[0, 1], [0, 0]]), 2)
    array([[2, 0],
           [1, 1]])
    """
    return joint_histogram_table(codes, np.zeros(len(codes), np.uint8), n_codes, 1, weight)[:, :, 0]
