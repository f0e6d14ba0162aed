"""Which of the columns that depend on each other stay: groups with a representative, or the factor of inflation.

Reference: the variance inflation factor is the diagonal of the inverse correlation matrix (Marquardt, 1970).
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
MOST_INFLATION = 1e8  # what a column that others determine exactly counts as: beyond it all is rounding


def group_by_representative(association: Matrix, priority: Matrix, names: list[str], threshold: float) -> list[int]:
    """Group columns: the column that comes first represents all others that depend on it, and so on with the rest.

    No two representatives are associated above the threshold, and each other column is with its own.

    Parameters
    ----------
    association : ndarray of shape (n_columns, n_columns)
        Symmetric, in [0, 1].
    priority : ndarray of shape (n_columns,)
        The largest represents first; on ties the name decides, so that the order of the columns never does.
    names : list of str
    threshold : float

    Returns
    -------
    list of int
        The representative of each column; its own position for a representative.

    Examples
    --------
    >>> association = np.array([[1, 0.95, 0.2], [0.95, 1, 0.1], [0.2, 0.1, 1]])
    >>> group_by_representative(association, np.array([1.0, 2.0, 3.0]), ["a", "b", "c"], 0.9)
    [1, 1, 2]
    """
    n_columns = len(names)
    first = sorted(range(n_columns), key=lambda i: (-round(float(priority[i]), 9), names[i]))
    representative = [-1] * n_columns
    for column in first:
        if representative[column] < 0:
            for other in range(n_columns):
                if representative[other] < 0 and (other == column or association[column, other] > threshold):
                    representative[other] = column
    return representative


def drop_by_inflation(correlation: Matrix, priority: Matrix, names: list[str], threshold: float) -> Matrix:
    """Drop the column that the others determine best, until none is above the threshold.

    Parameters
    ----------
    correlation : ndarray of shape (n_columns, n_columns)
        With signs.
    priority : ndarray of shape (n_columns,)
        On ties the smallest goes, then the last by name.
    names : list of str
    threshold : float

    Returns
    -------
    ndarray of shape (n_columns,)
        Variance inflation factor when a column was dropped, or at the end.
    """
    left = sorted(range(len(names)), key=lambda i: (round(float(priority[i]), 9), [-ord(c) for c in names[i]]))
    factors = np.ones(len(names))
    while left:
        current = inflation_factors(correlation[np.ix_(left, left)])
        factors[left] = current
        rounded = np.array([float(f"{value:.6g}") for value in current])
        worst = int(np.argmax(rounded))
        if rounded[worst] <= threshold:
            break
        left.pop(worst)
    return factors


def inflation_factors(correlation: Matrix) -> Matrix:
    """Variance inflation factors: how much less certain a coefficient is because the other columns are there.

    Examples
    --------
    >>> inflation_factors(np.array([[1.0, 0.6], [0.6, 1.0]])).round(4).tolist()
    [1.5625, 1.5625]
    """
    values, vectors = np.linalg.eigh(correlation)
    inverse = 1.0 / np.maximum(values, 1.0 / MOST_INFLATION)
    return np.clip((vectors**2) @ inverse, 1.0, MOST_INFLATION / 2)
