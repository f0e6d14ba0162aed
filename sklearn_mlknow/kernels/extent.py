"""Smallest and largest value and missing values of every column, in one pass over the table."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled
from sklearn_mlknow.kernels.digitise import LANES, as_plain_numbers, columns_of
from sklearn_mlknow.kernels.threads import each, slices


class Extent(NamedTuple):
    """What :func:`extent` finds; every field has shape (n_columns,).

    Attributes
    ----------
    minimum, maximum : ndarray of float64
        NaN where all values are missing.
    n_missing : ndarray of int64
        Number of missing values.
    """

    minimum: np.ndarray
    maximum: np.ndarray
    n_missing: np.ndarray


def extent(matrix: np.ndarray | Sequence[np.ndarray]) -> Extent:
    """Minimum, maximum and number of missing values (NaN) of every column.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns), or sequence of n_columns arrays of shape (n_rows,)
        Numbers.

    Returns
    -------
    Extent
        float64 ``minimum`` and ``maximum`` and int64 ``n_missing``, each of shape (n_columns,).

    Examples
    --------
    >>> import numpy as np
    >>> found = extent(np.array([[1.0, 5.0], [np.nan, 2.0]]))
    >>> found.minimum, found.n_missing
    (array([1., 2.]), array([1, 0]))
    """
    if isinstance(matrix, np.ndarray) and matrix.flags.c_contiguous and extent_block.pays_for(matrix.size):
        n_rows, n_columns = matrix.shape
        flat, n_lanes = as_plain_numbers(matrix).reshape(-1), n_columns * max(1, LANES // n_columns)
        cuts = slices(flat.size, n_lanes)
        parts = each(lambda cut: extent_block(flat[cut[0] : cut[1]], n_lanes), cuts, flat.size)
        lows, highs, missing = (np.stack([part[i] for part in parts]).reshape(-1, n_columns) for i in range(3))
    else:
        columns = [as_plain_numbers(column) for column in columns_of(matrix)]
        n_rows, n_values = len(columns[0]), len(columns[0]) * len(columns)
        loop = extent_of_column if extent_block.pays_for(n_values) else extent_with_numpy
        parts = each(loop, columns, n_values)
        lows, highs, missing = (np.stack([part[i] for part in parts], axis=1) for i in range(3))
    n_missing = missing.sum(axis=0)
    low, high = lows.min(axis=0), highs.max(axis=0)
    low[n_missing == n_rows] = high[n_missing == n_rows] = np.nan
    return Extent(low, high, n_missing)


def extent_of_column(column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Minimum, maximum and missing count of interleaved parts of a column, each of shape (n_parts,)."""
    return extent_block(np.ascontiguousarray(column), LANES)  # type: ignore[no-any-return]


def extent_with_numpy(column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the same answers without a compiled loop, for small columns."""
    if column.dtype.kind != "f":
        return np.array([float(column.min())]), np.array([float(column.max())]), np.zeros(1, np.int64)
    n_missing = np.count_nonzero(np.isnan(column))
    low, high = np.fmin.reduce(column), np.fmax.reduce(column)
    return np.array([float(low)]), np.array([float(high)]), np.array([n_missing])


@Compiled
def extent_block(values: Any, n_lanes: Any) -> Any:
    """Minimum, maximum and missing count of each lane, where flat ``values`` fill lane after lane, round and round."""
    low = np.full(n_lanes, np.inf)
    high = np.full(n_lanes, -np.inf)
    n_missing = np.zeros(n_lanes, np.int64)
    for begin in range(0, len(values), n_lanes):
        n_here = min(n_lanes, len(values) - begin)
        here = values[begin : begin + n_here]
        for lane in range(n_here):
            value = np.float64(here[lane])
            low[lane] = value if value < low[lane] else low[lane]
            high[lane] = value if value > high[lane] else high[lane]
            n_missing[lane] += np.int64(value != value)
    return low, high, n_missing
