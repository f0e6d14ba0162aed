"""Where a value would stand among the ordered values of its own group: a binary search in a segment for each row."""

from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled


@Compiled
def search_groups(starts: Any, values: Any, groups: Any, column: Any, below: Any, up_to: Any) -> Any:
    """Search each row's group for its value.

    Parameters
    ----------
    starts : ndarray of int64, shape (n_groups + 1,)
        Where each group begins in ``values``.
    values : ndarray of float64, shape (n_present,)
        Increasing within each group.
    groups, column : ndarray of shape (n_rows,)
    below, up_to : ndarray of int64, shape (n_rows,)
        Written: the first place in ``values`` that is not below the value, and the first that is above it; for a
        missing value the end of the group.
    """
    for row in range(len(groups)):
        low, end = starts[groups[row]], starts[groups[row] + 1]
        value = np.float64(column[row])
        high = end
        while low < high:
            middle = (low + high) // 2
            if values[middle] < value or value != value:
                low = middle + 1
            else:
                high = middle
        below[row] = low
        high = end
        while low < high:
            middle = (low + high) // 2
            if values[middle] <= value:
                low = middle + 1
            else:
                high = middle
        up_to[row] = low
    return 0.0


def search(starts: np.ndarray, values: np.ndarray, groups: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, ...]:
    """Do as :func:`search_groups`, by numpy where that is faster.

    Returns
    -------
    below, up_to : ndarray of int64, shape (n_rows,)

    Examples
    --------
    >>> starts, values = np.array([0, 3, 5]), np.array([1.0, 2.0, 2.0, 5.0, 9.0])
    >>> below, up_to = search(starts, values, np.array([0, 1]), np.array([2.0, 6.0]))
    >>> below.tolist(), up_to.tolist()
    ([1, 4], [3, 4])
    """
    if search_groups.pays_for(len(groups)):
        below, up_to = np.empty((2, len(groups)), dtype=np.int64)
        search_groups(starts, values, groups, column, below, up_to)
        return below, up_to
    ends = starts[groups + 1]
    below = _bisect(starts[groups], ends, lambda at: (values[at] < column) | np.isnan(column))
    return below, _bisect(below, ends, lambda at: values[at] <= column)


def _bisect(low: np.ndarray, high: np.ndarray, goes_on: Any) -> np.ndarray:
    """Bisect all rows at once: the first place in ``[low, high)`` where it does not go on."""
    is_open = low < high
    while is_open.any():
        middle = np.where(is_open, (low + high) // 2, 0)
        rises = goes_on(middle)
        low, high = np.where(is_open & rises, middle + 1, low), np.where(is_open & ~rises, middle, high)
        is_open = low < high
    return low
