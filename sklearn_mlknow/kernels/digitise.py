"""From values to bin codes.

A code is the number of inner edges at or below the value, so bins are left-closed, ``[a, b)``, and ``n_edges`` inner
edges make the codes ``0 … n_edges``. A missing value (NaN) gets a code of its own, by default ``n_edges + 1``, the one
after the last bin.

Up to 64 edges the loop compares each value with every edge: no branches, so the processor takes eight values at a time,
and that beats a binary search. To keep those lanes full on narrow tables, the edges of a row-major table are repeated
side by side.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from sklearn_mlknow.kernels.compiling import Compiled
from sklearn_mlknow.kernels.threads import each, slices

LANES = 160  # values handled together: the shortest time of 80, 160, 320 and 640
MOST_COMPARED_EDGES = 64
BROADCAST = 4_096  # values times edges up to which numpy compares everything at once
FEW_VALUES = 4_096


def pad_edges(edges: Sequence[np.ndarray]) -> np.ndarray:
    """Stack the inner edges of several columns; short columns are filled up with NaN, which no value reaches.

    Parameters
    ----------
    edges : sequence of ndarray of shape (n_edges_of_column,)
        Inner edges, increasing.

    Returns
    -------
    ndarray of float64, shape (n_edges, n_columns)
        A column of edges for each column of the table.

    Examples
    --------
    >>> pad_edges([np.array([1.0, 2.0]), np.array([5.0])])
    array([[ 1.,  5.],
           [ 2., nan]])
    """
    padded = np.full((max((len(one) for one in edges), default=0), len(edges)), np.nan)
    for column_index, one in enumerate(edges):
        padded[: len(one), column_index] = one
    return padded  # (n_edges, n_columns)


def digitise(
    column: ArrayLike, edges: ArrayLike, *, missing: int | None = None, dtype: DTypeLike = np.int64
) -> np.ndarray:
    """Bin code of every value of one column.

    Parameters
    ----------
    column : array-like of shape (n_rows,)
        Numbers; NaN is missing.
    edges : array-like of shape (n_edges,)
        Inner edges, increasing.
    missing : int, default=None
        The code of missing values; ``n_edges + 1`` by default.
    dtype : dtype, default=int64
        Of the codes.

    Returns
    -------
    ndarray of shape (n_rows,)
        The codes.

    Examples
    --------
    >>> digitise([0, 10, 12, 20, float("nan")], [10, 20])
    array([0, 1, 1, 2, 3])
    """
    inner = np.asarray(edges, dtype=np.float64)
    missing_code = len(inner) + 1 if missing is None else missing
    codes, _ = digitise_table([np.asarray(column)], inner[:, None], np.array([missing_code]), dtype=dtype)
    return codes[:, 0]


def digitise_table(
    matrix: np.ndarray | Sequence[np.ndarray],
    padded_edges: np.ndarray,
    missing: np.ndarray,
    *,
    dtype: DTypeLike = np.int64,
) -> tuple[np.ndarray, bool]:
    """Bin code of every value of a table, in one pass, in the memory layout of the table.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns), or sequence of n_columns arrays of shape (n_rows,)
        Numbers; NaN is missing.
    padded_edges : ndarray of shape (n_edges, n_columns)
        Inner edges of every column, increasing downwards; see :func:`pad_edges`.
    missing : ndarray of shape (n_columns,)
        The code of missing values of every column.
    dtype : dtype, default=int64
        Of the codes.

    Returns
    -------
    codes : ndarray of shape (n_rows, n_columns)
        As many as values.
    holds_infinity : bool
        Whether any value is infinite (its code is that of an outer bin).

    Examples
    --------
    >>> table = np.array([[0.0, 7.0], [12.0, np.nan]])
    >>> codes, holds_infinity = digitise_table(table, pad_edges([np.array([10.0]), np.array([5.0])]), np.array([2, 2]))
    >>> codes, holds_infinity
    (array([[0, 1],
           [1, 2]]), False)
    """
    if isinstance(matrix, np.ndarray) and (matrix.flags.c_contiguous or matrix.size <= FEW_VALUES):
        matrix = as_plain_numbers(matrix)
        if compare_block.pays_for(matrix.size) and matrix.flags.c_contiguous:
            codes = np.empty(matrix.shape, dtype)
            pieces = cut(matrix.reshape(-1), padded_edges, missing, codes.reshape(-1))
            return codes, run(pieces)
        if matrix.size * len(padded_edges) <= BROADCAST:
            return broadcast(matrix, padded_edges, missing, np.dtype(dtype))
    columns = [as_plain_numbers(column) for column in columns_of(matrix)]
    codes = np.empty((len(columns[0]), len(columns)), dtype, order="F")
    if not compare_block.pays_for(codes.size):
        infinite = [search(column, padded_edges[:, i], missing[i], codes[:, i]) for i, column in enumerate(columns)]
        return codes, any(infinite)
    pieces = []
    for i, column in enumerate(columns):
        pieces += cut(np.ascontiguousarray(column), padded_edges[:, [i]], missing[[i]], codes[:, i])
    return codes, run(pieces)


def columns_of(matrix: np.ndarray | Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """Return the columns of a table, each of shape (n_rows,)."""
    return list(matrix.T) if isinstance(matrix, np.ndarray) else matrix


def as_plain_numbers(matrix: np.ndarray) -> np.ndarray:
    """Return what a compiled loop can read: the matrix itself, or float16 and long double as float64, bool as uint8."""
    if matrix.dtype == bool:
        return matrix.view(np.uint8)
    if matrix.dtype.kind in "iu" and matrix.dtype.isnative or matrix.dtype in (np.float64, np.float32):
        return matrix
    return matrix.astype(np.float64)


def cut(values: np.ndarray, edges: np.ndarray, missing: np.ndarray, out: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """Repeat the edges side by side up to ``LANES`` values and cut the flat values among the threads."""
    n_repeats = max(1, LANES // edges.shape[1]) if len(edges) <= MOST_COMPARED_EDGES else 1
    tiled = np.tile(edges, (1, n_repeats))  # (n_edges, n_lanes)
    tiled_missing = np.tile(missing, n_repeats)  # (n_lanes,)
    cuts = slices(len(values), multiple=tiled.shape[1])
    return [(values[start:stop], tiled, tiled_missing, out[start:stop]) for start, stop in cuts]


def run(pieces: list[tuple[np.ndarray, ...]]) -> bool:
    """Digitise all pieces, in threads; returns whether any holds infinity."""
    loop = compare_block if len(pieces[0][1]) <= MOST_COMPARED_EDGES else search_block
    return any(each(lambda piece: bool(loop(*piece)), pieces, sum(len(piece[0]) for piece in pieces)))


def broadcast(
    matrix: np.ndarray, padded_edges: np.ndarray, missing: np.ndarray, dtype: np.dtype
) -> tuple[np.ndarray, bool]:
    """Give the same answers by comparing everything with everything, for a few values."""
    codes = (matrix >= padded_edges[:, None]).sum(axis=0, dtype=dtype)
    if matrix.dtype.kind != "f":
        return codes, False
    is_missing = np.isnan(matrix)
    if is_missing.any():
        codes = np.where(is_missing, missing, codes).astype(dtype)
    return codes, bool(np.isinf(matrix).any())


def search(column: np.ndarray, edges: np.ndarray, missing: Any, out: np.ndarray) -> bool:
    """Give the same answers by numpy's binary search, for small columns."""
    out[:] = np.searchsorted(edges[: np.count_nonzero(edges == edges)], column, side="right")
    if column.dtype.kind != "f":
        return False
    out[np.isnan(column)] = missing
    return bool(np.isinf(column).any())


@Compiled
def compare_block(values: Any, edges: Any, missing: Any, out: Any) -> Any:
    """Codes of flat ``values`` whose edges repeat every ``edges.shape[1]`` values; returns whether any is infinite."""
    n_edges, n_lanes = edges.shape
    counts = np.empty(n_lanes, np.int64)
    n_infinite = 0
    for begin in range(0, len(values), n_lanes):
        n_here = min(n_lanes, len(values) - begin)
        here = values[begin : begin + n_here]
        written = out[begin : begin + n_here]
        for lane in range(n_here):
            n_infinite += int(abs(here[lane]) == np.inf)
            counts[lane] = 0
        edge_index = 0
        while edge_index + 4 <= n_edges:  # four edges at a time: a value and its count are read once for all four
            first, second, third, fourth = (
                edges[edge_index],
                edges[edge_index + 1],
                edges[edge_index + 2],
                edges[edge_index + 3],
            )
            for lane in range(n_here):
                value = here[lane]
                lower = np.int64(value >= first[lane]) + np.int64(value >= second[lane])
                counts[lane] += lower + (np.int64(value >= third[lane]) + np.int64(value >= fourth[lane]))
            edge_index += 4
        for last in range(edge_index, n_edges):
            edge = edges[last]
            for lane in range(n_here):
                counts[lane] += np.int64(here[lane] >= edge[lane])
        for lane in range(n_here):
            value = here[lane]
            written[lane] = missing[lane] if value != value else counts[lane]
    return n_infinite > 0


@Compiled
def search_block(values: Any, edges: Any, missing: Any, out: Any) -> Any:
    """As :func:`compare_block`, by a binary search without branches: for many edges."""
    n_edges, n_lanes = edges.shape
    by_lane = edges.T.copy()  # (n_lanes, n_edges)
    n_infinite = 0
    for begin in range(0, len(values), n_lanes):
        for lane in range(min(n_lanes, len(values) - begin)):
            value = values[begin + lane]
            code, n_left = 0, n_edges
            while n_left > 1:  # all edges before `code` are at or below the value, and at most `n_left` more are
                half = n_left // 2
                code += half * int(value >= by_lane[lane, code + half - 1])
                n_left -= half
            code += int(value >= by_lane[lane, code])
            n_infinite += int(abs(value) == np.inf)
            out[begin + lane] = missing[lane] if value != value else code
    return n_infinite > 0
