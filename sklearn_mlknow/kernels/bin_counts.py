"""How many values of every column lie in each bin, without writing the codes down."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled
from sklearn_mlknow.kernels.digitise import LANES, MOST_COMPARED_EDGES, as_plain_numbers, columns_of, digitise_table
from sklearn_mlknow.kernels.histogram import histogram_table
from sklearn_mlknow.kernels.threads import each, slices


def bin_counts(matrix: np.ndarray | Sequence[np.ndarray], padded_edges: np.ndarray) -> np.ndarray:
    """Number of values in each bin of every column.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns), or sequence of n_columns arrays of shape (n_rows,)
        Numbers; NaN is missing.
    padded_edges : ndarray of shape (n_edges, n_columns)
        Inner edges of every column; see :func:`pad_edges`.

    Returns
    -------
    ndarray of int64, shape (n_columns, n_edges + 2)
        The last count of a row is that of the missing values; bins that a column does not have are empty.

    Examples
    --------
    >>> bin_counts(np.array([[5.0], [15.0], [16.0], [np.nan]]), np.array([[10.0], [20.0]]))
    array([[1, 2, 0, 1]])
    """
    n_edges, n_columns = padded_edges.shape
    n_values = matrix.size if isinstance(matrix, np.ndarray) else len(matrix[0]) * n_columns
    if not count_block.pays_for(n_values) or n_edges > MOST_COMPARED_EDGES:
        missing = np.full(n_columns, n_edges + 1)
        codes, _ = digitise_table(matrix, padded_edges, missing, dtype=np.uint8 if n_edges < 254 else np.int32)
        return histogram_table(codes, n_edges + 2)
    if isinstance(matrix, np.ndarray) and matrix.flags.c_contiguous:
        tiled = np.tile(padded_edges, (1, max(1, LANES // n_columns)))
        flat = as_plain_numbers(matrix).reshape(-1)
        cuts = slices(flat.size, tiled.shape[1])
        parts = each(lambda cut: count_block(flat[cut[0] : cut[1]], tiled), cuts, n_values)
        at_least = np.sum(parts, axis=0).reshape(n_edges + 1, -1, n_columns).sum(axis=1)
        n_rows = len(matrix)
    else:
        columns = [as_plain_numbers(column) for column in columns_of(matrix)]

        n_fives = -(-(n_edges + 1) // 5)
        marks = np.full((5 * n_fives, n_columns), np.nan)  # what no value reaches, after
        marks[0], marks[1 : n_edges + 1] = -np.inf, padded_edges  # what every value present reaches, and the edges

        def count(i: int) -> np.ndarray:
            counts: np.ndarray = count_column(np.ascontiguousarray(columns[i]), marks[:, i].copy())
            return counts[: n_edges + 1]

        at_least = np.stack(each(count, range(n_columns), n_values), axis=1)
        n_rows = len(columns[0])
    reached = np.vstack([at_least, np.zeros(n_columns, np.int64)])  # (n_edges + 2, n_columns): present, then each edge
    return np.column_stack([(reached[:-1] - reached[1:]).T, n_rows - at_least[0]])


@Compiled
def count_block(values: Any, edges: Any) -> Any:
    """Count in each lane the values present, then those at or above each edge; of shape (1 + n_edges, n_lanes)."""
    n_edges, n_lanes = edges.shape
    counts = np.zeros((n_edges + 1, n_lanes), np.int64)
    n_whole = len(values) // (4 * n_lanes) * 4 * n_lanes
    for begin in range(0, n_whole, 4 * n_lanes):  # four rounds at a time: an edge and its count are read once for all
        rounds = values[begin : begin + 4 * n_lanes].reshape(4, n_lanes)
        first, second, third, fourth = rounds[0], rounds[1], rounds[2], rounds[3]
        present = counts[0]
        for lane in range(n_lanes):
            a, b = np.int64(first[lane] == first[lane]), np.int64(second[lane] == second[lane])
            c, d = np.int64(third[lane] == third[lane]), np.int64(fourth[lane] == fourth[lane])
            present[lane] += (a + b) + (c + d)
        for edge_index in range(n_edges):
            edge, count = edges[edge_index], counts[edge_index + 1]
            for lane in range(n_lanes):
                a, b = np.int64(first[lane] >= edge[lane]), np.int64(second[lane] >= edge[lane])
                c, d = np.int64(third[lane] >= edge[lane]), np.int64(fourth[lane] >= edge[lane])
                count[lane] += (a + b) + (c + d)
    for position in range(n_whole, len(values)):
        value, lane = values[position], (position - n_whole) % n_lanes
        counts[0, lane] += np.int64(value == value)
        for edge_index in range(n_edges):
            counts[edge_index + 1, lane] += np.int64(value >= edges[edge_index, lane])
    return counts


@Compiled
def count_column(values: Any, marks: Any) -> Any:
    """Count the values at or above each mark, of shape (n_marks,); there are five marks, or ten, or …

    A block of values stays in the fastest memory for all marks, and the counts of five marks stay in registers.
    """
    counts = np.zeros(len(marks), np.int64)
    for begin in range(0, len(values), 1_024):
        here = values[begin : begin + 1_024]
        for five in range(0, len(marks), 5):
            first, second, third = marks[five], marks[five + 1], marks[five + 2]
            fourth, fifth = marks[five + 3], marks[five + 4]
            a, b, c, d, e = 0, 0, 0, 0, 0
            for position in range(len(here)):
                value = here[position]
                a += int(value >= first)
                b += int(value >= second)
                c += int(value >= third)
                d += int(value >= fourth)
                e += int(value >= fifth)
            counts[five] += a
            counts[five + 1] += b
            counts[five + 2] += c
            counts[five + 3] += d
            counts[five + 4] += e
    return counts
