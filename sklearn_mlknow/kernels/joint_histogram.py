"""How often each pair of codes occurs: the tables behind mutual information, weight of evidence and event rates.

Counts are whole numbers, so the order of adding cannot change them and threads share the rows; weights are added in row
order, and threads share the columns, so that every number of processors and both sides of the size switch give the same
bits.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sklearn_mlknow.kernels.compiling import Compiled
from sklearn_mlknow.kernels.threads import each, slices


def joint_histogram(
    codes: ArrayLike, other: ArrayLike, n_codes: int, n_other: int, weight: ArrayLike | None = None
) -> np.ndarray:
    """Contingency table of two columns of codes.

    Parameters
    ----------
    codes, other : array-like of shape (n_rows,)
        Integers in ``0 … n_codes - 1`` and ``0 … n_other - 1``.
    n_codes, n_other : int
        Number of possible codes.
    weight : array-like of shape (n_rows,), default=None
        Row weights.

    Returns
    -------
    ndarray of shape (n_codes, n_other)
        int64 counts, or float64 sums of weights.

    Examples
    --------
    >>> joint_histogram([0, 0, 1], [1, 1, 0], 2, 2)
    array([[0, 2],
           [1, 0]])
    """
    return joint_histogram_table(np.asarray(codes)[:, None], other, n_codes, n_other, weight)[0]


def joint_histogram_table(
    codes: np.ndarray, other: ArrayLike, n_codes: int, n_other: int, weight: ArrayLike | None = None
) -> np.ndarray:
    """Contingency table of every column of a table of codes with one other column of codes.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
        Integers in ``0 … n_codes - 1``.
    other : array-like of shape (n_rows,)
        Integers in ``0 … n_other - 1``.
    n_codes, n_other : int
        Number of possible codes.
    weight : array-like of shape (n_rows,), default=None
        Row weights.

    Returns
    -------
    ndarray of shape (n_columns, n_codes, n_other)
        int64 counts, or float64 sums of weights.

    Raises
    ------
    ValueError
        A code lies outside its range.

    Examples
    --------
    >>> import numpy as np
    >>> joint_histogram_table(np.array([[0, 1], [0, 0]]), [0, 1], 2, 2)[0]
    array([[1, 1],
           [0, 0]])
    """
    codes, other = whole_numbers(codes), whole_numbers(np.asarray(other))
    weights = None if weight is None else np.asarray(weight, np.float64)
    sums = np.zeros((codes.shape[1], n_codes, n_other), np.int64 if weights is None else np.float64)
    if not (count_pairs if weights is None else weigh_pairs).pays_for(codes.size):
        in_range = add_with_numpy(codes, other, weights, sums)
    elif weights is None:
        in_range = count_by_rows(codes, other, sums)
    else:

        def weigh(cut: tuple[int, int]) -> bool:
            columns = slice(*cut)
            return bool(weigh_pairs(codes[:, columns], other, weights, sums[columns]))

        in_range = all(each(weigh, slices(len(sums)), codes.size))
    if not in_range:
        raise ValueError(f"joint_histogram: a code lies outside 0 … {n_codes - 1} or 0 … {n_other - 1}.")
    return sums


def whole_numbers(codes: np.ndarray) -> np.ndarray:
    """Return the codes as they are, bools as uint8; anything that is not whole numbers is an error."""
    if codes.dtype == bool:
        return codes.view(np.uint8)
    if codes.dtype.kind not in "iu":
        raise TypeError(f"joint_histogram: codes must be integers, got {codes.dtype}.")
    return codes


def count_by_rows(codes: np.ndarray, other: np.ndarray, counts: np.ndarray) -> bool:
    """Add all rows to ``counts``, each thread counting its own rows; returns whether all codes were in range."""

    def count(cut: tuple[int, int]) -> tuple[np.ndarray, bool]:
        part = np.zeros_like(counts)
        here, beside = codes[cut[0] : cut[1]], other[cut[0] : cut[1]]
        if here.flags.c_contiguous:
            return part, bool(count_pairs(here, beside, part))
        return part, all(count_pairs(here[:, i : i + 1], beside, part[i : i + 1]) for i in range(len(part)))

    parts = each(count, slices(len(codes)), codes.size)
    for part, _ in parts:
        counts += part
    return all(in_range for _, in_range in parts)


def add_with_numpy(codes: np.ndarray, other: np.ndarray, weights: np.ndarray | None, sums: np.ndarray) -> bool:
    """Give the same answers without a compiled loop, for small tables."""
    _, n_codes, n_other = sums.shape
    for array, n_possible in ((codes, n_codes), (other, n_other)):
        if array.size and (array.min() < 0 or array.max() >= n_possible):
            return False
    for column_index in range(codes.shape[1]):
        cells = codes[:, column_index].astype(np.int64) * n_other + other  # (n_rows,)
        sums[column_index] = np.bincount(cells, weights, minlength=n_codes * n_other).reshape(n_codes, n_other)
    return True


@Compiled
def count_pairs(codes: Any, other: Any, counts: Any) -> Any:
    """Add one to ``counts[column, code, other]`` for every row; returns whether all codes were in range."""
    n_columns, n_codes, n_other = counts.shape
    for row in range(len(codes)):
        b = other[row]
        if b < 0 or b >= n_other:
            return False
        for column in range(n_columns):
            a = codes[row, column]
            if a < 0 or a >= n_codes:
                return False
            counts[column, a, b] += 1
    return True


@Compiled
def weigh_pairs(codes: Any, other: Any, weight: Any, sums: Any) -> Any:
    """Add the row's weight to ``sums[column, code, other]``; returns whether all codes were in range."""
    n_columns, n_codes, n_other = sums.shape
    for row in range(len(codes)):
        b = other[row]
        if b < 0 or b >= n_other:
            return False
        for column in range(n_columns):
            a = codes[row, column]
            if a < 0 or a >= n_codes:
                return False
            sums[column, a, b] += weight[row]
    return True
